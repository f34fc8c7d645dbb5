import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { CommandError, reasonOf } from "../../commands/system/errors.ts";
import type { Checksum } from "./catalogue.ts";

/** How long a host may be silent before it is given up. */
export interface Timeouts {
  /** Until it answers at all. */
  readonly answerMs: number;
  /** Between two pieces of a file. */
  readonly pieceMs: number;
}

export const defaultTimeouts: Timeouts = { answerMs: 5_000, pieceMs: 15_000 };

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  readonly patience?: Timeouts;
  readonly onProgress?: (text: string) => void;
}

/**
 * Downloads a file whole and verified, or not at all: the bytes go to a file beside the target,
 * which gets its name once they are all there and their checksum is right.
 */
export async function download(
  source: { readonly url: string; readonly checksum?: Checksum },
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  const expected = source.checksum && (await publishedSum(source.url, source.checksum, options));
  const part = `${target}.part`;
  try {
    const found = await writeBody(source.url, part, options);
    if (expected !== undefined && found !== expected) {
      throw new CommandError(
        `${source.url} has the SHA-256 sum ${found}, but ${expected} is published for it: not used`,
      );
    }
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * The published sum of a file: from a list of `<sum> <file>` lines, or from a file that holds
 * nothing else.
 */
async function publishedSum(
  url: string,
  { url: listUrl, whenMissing }: Checksum,
  options: DownloadOptions,
): Promise<string | undefined> {
  const watch = silenceWatch(options);
  try {
    const response = await fetch(listUrl, { signal: watch.signal });
    if (response.status === 404 && whenMissing === "accept") return undefined;
    if (!response.ok) throw unexpectedStatus(listUrl, response);
    return sumIn(await response.text(), basename(url), listUrl);
  } catch (error) {
    throw watch.explain(error, listUrl);
  } finally {
    watch.end();
  }
}

function sumIn(list: string, file: string, listUrl: string): string {
  const lines = list.trim().split("\n");
  const line = lines.find((entry) => entry.trim().split(/\s+\*?/)[1] === file) ?? lines[0] ?? "";
  const [sum = "", name] = line.trim().split(/\s+\*?/);
  if (!/^[0-9a-f]{64}$/i.test(sum) || (name !== undefined && name !== file)) {
    throw new CommandError(`${listUrl} has no SHA-256 sum for ${file}: not used`);
  }
  return sum.toLowerCase();
}

/** Writes what the server sends and returns its SHA-256 sum. */
async function writeBody(url: string, file: string, options: DownloadOptions): Promise<string> {
  const watch = silenceWatch(options);
  const hash = createHash("sha256");
  try {
    const response = await fetch(url, { signal: watch.signal });
    if (!response.ok || response.body === null) throw unexpectedStatus(url, response);
    const total = Number(response.headers.get("content-length") ?? 0);
    let received = 0;
    const pieces = async function* (body: AsyncIterable<Uint8Array>) {
      for await (const piece of body) {
        watch.heard();
        hash.update(piece);
        received += piece.length;
        options.onProgress?.(amount(basename(url), received, total));
        yield piece;
      }
    };
    await pipeline(response.body, pieces, createWriteStream(file, { mode: 0o600 }), {
      signal: watch.signal,
    });
    return hash.digest("hex");
  } catch (error) {
    throw watch.explain(error, url);
  } finally {
    watch.end();
  }
}

/**
 * A signal that aborts when the host has been silent for too long, or when the caller's signal
 * does.
 */
function silenceWatch({ signal, patience = defaultTimeouts }: DownloadOptions) {
  const controller = new AbortController();
  const giveUp = (milliseconds: number) =>
    setTimeout(
      () => controller.abort(new CommandError(`was silent for ${milliseconds / 1000} s`)),
      milliseconds,
    );
  let timer = giveUp(patience.answerMs);
  return {
    signal: signal ? AbortSignal.any([signal, controller.signal]) : controller.signal,
    heard: () => {
      clearTimeout(timer);
      timer = giveUp(patience.pieceMs);
    },
    end: () => clearTimeout(timer),
    /** The error that tells a person why nothing came of a request. */
    explain: (error: unknown, url: string): unknown => {
      signal?.throwIfAborted();
      if (error instanceof CommandError && !controller.signal.aborted) return error;
      const reason: unknown = controller.signal.aborted ? controller.signal.reason : error;
      return new CommandError(`${new URL(url).host}: ${reasonOf(reason)}`, { cause: error });
    },
  };
}

function unexpectedStatus(url: string, { status, statusText }: Response): CommandError {
  return new CommandError(`${url} answered ${`${status} ${statusText}`.trim()}`);
}

function amount(file: string, received: number, total: number): string {
  return total > 0
    ? `${file}: ${mebibytes(received)} of ${mebibytes(total)} MiB`
    : `${file}: ${mebibytes(received)} MiB`;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
