/** What the page may ask for, read from the bodies of its requests. */
import type { IncomingMessage } from "node:http";
import { isMap } from "../../../components/config/is-map.ts";
import type { ChangeRequest } from "../api.ts";
import { Refused } from "./refused.ts";

const MAX_BODY_BYTES = 64 * 1024;
const MAX_WORDS = 500;

/**
 * A form on another page could post text, but no JSON.
 *
 * @throws Refused where the body is no JSON object, or too large
 */
export async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = request.headers["content-type"] ?? "";
  if (type !== "application/json")
    throw new Refused(415, `got a body of type ${JSON.stringify(type)}; expected application/json`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new Refused(413, `expected at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(bytes);
  }
  const value = parsed(Buffer.concat(chunks).toString());
  if (isMap(value)) return value;
  throw new Refused(400, "expected a JSON object");
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** @throws Refused where that is no change */
export function changeIn(body: Readonly<Record<string, unknown>>): ChangeRequest {
  const { kind, words, started, refresh } = body;
  const confirm = body["confirm"] === true;
  if (kind === "words" && isWords(words)) return { kind, words, confirm };
  if (kind === "restore" && typeof started === "string") return { kind, started, confirm };
  if (kind === "file") return { kind, refresh: refresh === true, confirm };
  throw new Refused(400, "expected a change: words, restore or file");
}

function isWords(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length <= MAX_WORDS && value.every((it) => typeof it === "string")
  );
}

/** Hash of the files that were shown. */
export function seenIn({ seen }: Readonly<Record<string, unknown>>): string {
  if (typeof seen === "string") return seen;
  throw new Refused(400, "expected `seen`: the hash of the files that were shown");
}
