import { table, truncate } from "../../components/cost/text-table.ts";
import type { HistoryEntry, Who } from "./entries.ts";

const MAX_MESSAGE_LENGTH = 60;

/** The updates of a stack, for a terminal. */
export function historyText(stack: string, entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return `The stack ${stack} was never updated.\n`;
  const columns = [
    { title: "when (UTC)" },
    { title: "what" },
    { title: "who" },
    { title: "result" },
    { title: "took", align: "right" } as const,
  ];
  const rows = entries.map((it) => [
    whenText(it.started),
    whatText(it),
    whoText(it.who),
    it.result,
    tookText(it.seconds),
  ]);
  return `${table(columns, rows)}\n`;
}

/** `2026-11-28 16:04`. */
export function whenText(started: string): string {
  return started.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, "$1 $2");
}

/** What an update changed of the scale; without any such change, its message. */
function whatText({ kind, changes, message }: HistoryEntry): string {
  if (changes.length > 0) return changes.join(", ");
  const [subject = ""] = message.split("\n");
  const what = kind === "update" ? "" : `${kind}${subject === "" ? "" : ": "}`;
  return truncate(`${what}${subject}`, MAX_MESSAGE_LENGTH);
}

export function whoText(who: Who | undefined): string {
  if (who === undefined) return "unknown";
  return who.isCommitAuthor ? `${who.name} (commit)` : who.name;
}

/** `12 s`, `3 min`; `-` where it is not known. */
function tookText(seconds: number | undefined): string {
  if (seconds === undefined) return "-";
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
