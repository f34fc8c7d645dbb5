#!/usr/bin/env node
// The executable. Plain JavaScript, so that an old Node.js gets as far as the message.
import process from "node:process";
import { useNode } from "../infra/node-version.mjs";

useNode();
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2));
