#!/usr/bin/env node
// The executable. Plain JavaScript, so that an old Node.js gets as far as the message.
import { useNode } from "../infra/node-version.mjs";

/** What a shell expects of a process that SIGPIPE has ended: whoever reads on, like `| head`, has seen enough. */
const NOBODY_READS = 141;

useNode();
process.stdout.on("error", (error) => {
  if ("code" in error && error.code === "EPIPE") process.exit(NOBODY_READS);
  throw error;
});
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
