import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProjectOnDisk } from "../project.ts";
import { findProject } from "../project.ts";
import { locateStack, noSuchStack, stackNames } from "../stack-file.ts";
import { Interrupted } from "../system/errors.ts";
import { interruptible } from "../system/interrupt.ts";
import type { Options } from "./options.ts";
import { newToken } from "./server/gate.ts";
import { servePage } from "./server/server.ts";
import { stackAccess } from "./server/stack-access.ts";
import { StackDesk } from "./server/stack-desk.ts";

/** Runs `dash-scale page` until a signal, and returns the exit status. */
export async function run(options: Options): Promise<number> {
  const project = findProject();
  const stacks = stacksOf(project, options.stack);
  try {
    await interruptible((signal) => serve(options, { project, stacks, signal }));
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 0;
    throw error;
  }
}

interface Scope {
  readonly project: ProjectOnDisk;
  readonly stacks: readonly string[];
  readonly signal: AbortSignal;
}

async function serve(options: Options, { project, stacks, signal }: Scope): Promise<void> {
  const token = newToken();
  const { allowedHosts, readOnly, port, local, stack: chosen } = options;
  const desks = new Map(
    stacks.map((stack) => {
      const location = locateStack({ stack, stackFile: undefined });
      return [stack, new StackDesk(location, stackAccess(location, local), signal)];
    }),
  );
  const server = await servePage({
    info: { project: project.name, stacks, chosen, readOnly },
    gate: { token, allowedHosts },
    desks,
    port,
  });
  const address = `${server.origin}/#token=${token}`;
  process.stdout.write(`The page is at\n\n  ${address}\n\nCtrl-C ends it.\n`);
  // While the browser loads the page: its first numbers are then there.
  desks.get(chosen)?.look();
  if (options.open) await openInBrowser(address, signal);
  await new Promise<void>((ended) =>
    signal.addEventListener("abort", () => ended(), { once: true }),
  );
  server.close();
}

/** The project's stacks: dev first, production last, as a change goes. */
function stacksOf(project: ProjectOnDisk, chosen: string): string[] {
  const names = stackNames(project);
  if (!names.includes(chosen)) throw noSuchStack(chosen, project);
  return names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function rank(stack: string): number {
  return stack.startsWith("dev") ? 0 : stack.startsWith("prod") ? 2 : 1;
}

/** How long the browser may take to read the file that leads it on. */
const OPENING_MS = 30_000;

/**
 * Opens an address in the browser by way of a file that only this user can read: as an argument, the
 * token would be in the list of processes.
 */
async function openInBrowser(address: string, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-page-"));
  const file = join(folder, "open.html");
  const html = `<!doctype html><meta http-equiv="refresh" content="0;url=${address}"><title>dash-scale</title>`;
  await writeFile(file, html, { mode: 0o600 });
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(opener, [file], { stdio: "ignore", detached: true });
  child.on("error", () =>
    process.stderr.write(`There is no ${opener}: open the address by hand.\n`),
  );
  child.unref();
  void sleep(OPENING_MS, undefined, { signal })
    .catch(() => undefined)
    .then(() => rm(folder, { recursive: true, force: true }));
}
