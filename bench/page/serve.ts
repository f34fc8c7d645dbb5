import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { CommandError } from "../../commands/system/errors.ts";
import { ROOT } from "../../infra/root.ts";
import type { LaneCluster } from "../lane-cluster.ts";
import type { ProjectFiles } from "./project.ts";

/** A page's server that runs. */
export interface Served {
  readonly address: string;
  /** From the command until the page itself was there. */
  readonly milliseconds: number;
  readonly end: () => Promise<void>;
}

/** Starts `dash-scale page`, as a person does, and gets the page once. */
export async function serve(
  { environment: { env } }: LaneCluster,
  { folder, stack }: ProjectFiles,
): Promise<Served> {
  const begun = performance.now();
  const command = [join(ROOT, "commands/dash-scale.mjs"), "page", "--stack", stack];
  const child = spawn(process.execPath, command, { cwd: folder, env });
  const address = await addressOf(child);
  const page = await fetch(address);
  await page.text();
  const milliseconds = performance.now() - begun;
  const end = async () => {
    const ended = once(child, "close");
    child.kill("SIGINT");
    await ended;
  };
  return { address, milliseconds, end };
}

function addressOf(child: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((found, failed) => {
    child.stdout?.on("data", (text: Buffer) => {
      said += text.toString();
      const [address] = /http:\S+#token=\S+/.exec(said) ?? [];
      if (address !== undefined) found(address);
    });
    child.stderr?.on("data", (text: Buffer) => (said += text.toString()));
    child.once("close", () => failed(new CommandError(`dash-scale page has ended:\n${said}`)));
  });
}
