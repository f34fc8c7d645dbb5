import { fixed, table, type Cell } from "../markdown.ts";
import type { AppCase } from "./catalogue.ts";
import type { Ending } from "./endings.ts";
import type { Facts, Verdict } from "./verdict.ts";

/** A row of the table. */
export interface Result {
  readonly app: AppCase;
  /** The lines of its Procfile. */
  readonly procfile: string;
  readonly facts: Facts;
  readonly verdict: Verdict;
}

const HEADING = [
  "app",
  "Procfile",
  "result",
  "ready (s)",
  "MiB",
  "requests",
  "again",
  "failed",
  "end (s)",
];

/** The table, and what was said of each app. */
export function report(results: readonly Result[]): string {
  const said = results
    .filter(({ facts }) => facts.said.length > 0)
    .map(({ app, facts }) => `**${app.title}** (\`${app.name}\`)\n\n${listOf(facts.said)}`);
  const unsaid = results
    .filter(({ facts }) => facts.said.length === 0)
    .map(({ app }) => `\`${app.name}\``);
  return `Each app is deployed with \`pulumi up\` by its name, its image and its Procfile, with everything else as it is by default;
Celery and Django also by the Secret that their team made by hand, with the URL of their Redis or PostgreSQL (\`dash-scale:services\`).
"ready": seconds from the beginning of the first \`pulumi up\` until the app answers through its Service; "MiB": working set of its
one replica then; "requests": of 4 clients, two of which keep their connections, through the Service, while \`web\` is scaled
1 → 3 → 1; "again": of these, those that were sent once more, as browsers do where the server closes a connection that it has kept
([RFC 9112](https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1)); "end": seconds from when the end of a pod was announced until the
pod was gone, the longest of each process type, and the grace period.

${table(HEADING, results.map(row))}

## What the previews said

${said.join("\n\n")}${unsaid.length === 0 ? "" : `\n\nNothing of: ${unsaid.join(", ")}.`}
`;
}

function row({ app, procfile, facts, verdict }: Result): Cell[] {
  const { readySeconds, mebibytes, load } = facts;
  return [
    app.title,
    procfile
      .trim()
      .split("\n")
      .map((line) => `\`${line}\``)
      .join("; "),
    [verdict.kind, ...verdict.why].join(": "),
    number(readySeconds, 1),
    number(mebibytes, 0),
    load?.requests ?? "–",
    load?.again ?? "–",
    load?.failed ?? "–",
    endOf(facts.endings),
  ];
}

function number(value: number | undefined, digits: number): string {
  return value === undefined ? "–" : fixed(value, digits);
}

function endOf(all: readonly Ending[]): string {
  const byType = Map.groupBy(all, ({ component }) => component);
  const found = [...byType].map(([component, endings]) => {
    const longest = Math.max(...endings.map(({ seconds }) => seconds));
    return `${component} ${fixed(longest, 1)} of ${endings[0]?.grace ?? 0}`;
  });
  return found.length === 0 ? "–" : found.join("; ");
}

function listOf(texts: readonly string[]): string {
  return texts.map((text) => `- ${text}`).join("\n");
}
