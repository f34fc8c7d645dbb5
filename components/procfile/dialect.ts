import type { LineFinding } from "./line-finding.ts";
import type { SimpleCommand } from "./shell.ts";
import { parseShell } from "./shell.ts";

const IN_BASH = "have bash run the line: bash -c '…'";
/**
 * What bash knows and dash does not, by how the words of a command begin. Heroku starts lines by
 * bash; a container by /bin/sh, which is dash in images of Debian and Ubuntu. Each was seen to fail
 * with dash 0.5.12.
 */
const BASH_ONLY: readonly (readonly [words: RegExp, name: string, instead: string])[] = [
  [/^source /, "source", "write . instead, with a path that has a /"],
  [/^\[\[ /, "[[", "write [ … ]"],
  [/^(pushd|popd) /, "pushd", IN_BASH],
  [/^declare /, "declare", IN_BASH],
  [/^shopt /, "shopt", IN_BASH],
  [/^function /, "function", "write NAME() { …; }"],
  [/^trap .* SIG[A-Z]/, "SIGTERM for trap", "write TERM, without SIG"],
  [/^kill -SIG[A-Z]/, "SIGTERM for kill", "write kill -TERM"],
  [/^wait -n /, "wait -n", IN_BASH],
  [/^set (-\S+ )*-\w*o pipefail /, "pipefail", IN_BASH],
];

/** What the shell in the image may not know. */
export function dialectWarnings(line: string): LineFinding[] {
  const { commands } = parseShell(line);
  return [
    ...commands.flatMap((command) => bashOnly(command)),
    ...background(line),
    ...commands.flatMap(({ words }) => words.flatMap(typographic)),
  ];
}

function bashOnly({ words }: SimpleCommand): LineFinding[] {
  const text = words.map(({ raw }) => raw).join(" ");
  const [, name, instead] = BASH_ONLY.find(([pattern]) => pattern.test(`${text} `)) ?? [];
  if (name === undefined || instead === undefined) return [];
  return [{ offset: words[0]?.start ?? 0, message: unknownToDash(name, instead) }];
}

/** `gunicorn a:b &> app.log`: dash takes `&` for the end of a command in the background. */
function background(line: string): LineFinding[] {
  const found = /(?<![&>\d\\])&>/.exec(
    line.replaceAll(/'[^']*'|"[^"]*"/g, (it) => " ".repeat(it.length)),
  );
  return found ? [{ offset: found.index, message: unknownToDash("&>", "write > FILE 2>&1") }] : [];
}

function unknownToDash(name: string, instead: string): string {
  return `${name} is known to bash, not to dash, which is /bin/sh in images of Debian and Ubuntu; ${instead}`;
}

/** Dashes and quotes of text processors, which no shell and no program takes for its own. */
function typographic({ raw, start }: { raw: string; start: number }): LineFinding[] {
  if (/^[\u2010-\u2015\u2212]/.test(raw))
    return [
      {
        offset: start,
        message: `${raw} does not begin with - or --, but with a longer dash, so it is no option; write - or --`,
      },
    ];
  if (/^[\u2018-\u201F]|[\u2018-\u201F]$/.test(raw))
    return [
      { offset: start, message: `${raw} has quotes that the shell does not know; write ' or "` },
    ];
  return [];
}
