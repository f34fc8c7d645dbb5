import type { ProcfileEntry } from "../../components/procfile/procfile.ts";
import { processType } from "../../components/procfile/procfile.ts";
import type { Fact } from "./facts.ts";

type CronFact = Fact & { readonly kind: "cron" };

/** Abbreviations of cron that Kubernetes has, and the five fields that they are short for. */
const SHORT: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Five fields, whatever it was short for. */
export function fiveFields(schedule: string): string {
  return SHORT[schedule.trim()] ?? schedule.trim();
}

/** The process type that a task runs: by its name, as Dokku has it, or by its command. */
export function typeOfTask(
  { line }: CronFact,
  entries: readonly Pick<ProcfileEntry, "type" | "command">[],
): string | undefined {
  const named = /^[\w-]+$/.test(line) ? processType(line) : undefined;
  return entries.find(({ type, command }) => type === named || command === line)?.type;
}

const MAX_NAME_LENGTH = 40;
const INTERPRETER = /^(python[\d.]*|node|ruby|php|sh|bash|bundle|npm|npx|uv|poetry)$/;

/** A name for a task: its own, or the last plain word of its command that says something. */
export function nameOfTask({ name, line }: CronFact, taken: ReadonlySet<string>): string {
  const words = line.split(/\s+/).filter((word) => /^[\w./-]+$/.test(word) && !/^[-\d]/.test(word));
  const last = words.findLast((word) => !INTERPRETER.test(word)) ?? "";
  const label = processType(name ?? last.replace(/^.*\//, "").replace(/\.\w+$/, ""))
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, MAX_NAME_LENGTH)
    .replaceAll(/^-+|-+$/g, "");
  const base = label === "" ? "cron" : label;
  const free = [
    base,
    ...Array.from({ length: taken.size + 1 }, (_, index) => `${base}-${index + 1}`),
  ];
  return free.find((it) => !taken.has(it) && it !== "release") ?? base;
}
