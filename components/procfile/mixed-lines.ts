import { callsIn } from "./call.ts";
import type { LineFinding } from "./line-finding.ts";
import { parseShell } from "./shell.ts";

/** A name with a colon, as process types have it, and a keyword of YAML. */
const TYPE = /^[A-Za-z][\w-]*:$/;
/** Names that many Procfiles have. */
const KNOWN_TYPE = /^(web|worker|release|beat|clock|cron|scheduler|flower):$/;
/** Programs that are given any words. */
const SAYS = new Set(["echo", "printf", "logger"]);

/** `migrate && release: seed`: a process type where the shell looks for a program. */
export function typeAsProgram(line: string): LineFinding | undefined {
  const word = parseShell(line)
    .commands.map(({ words }) => words[0])
    .find((it) => it !== undefined && TYPE.test(it.raw));
  if (!word) return undefined;
  const message = `${word.raw} is not a program, so the shell would fail here; a process type begins a line of its own: put ${word.raw} and what follows on the next line, or leave ${word.raw} out`;
  return { offset: word.start, message };
}

/** `gunicorn app:server worker: celery …`: two lines of a Procfile in one. */
export function typeAsArgument(line: string): LineFinding[] {
  const found = callsIn(line)
    .filter(({ program }) => !SAYS.has(program))
    .flatMap(({ words }) => words.slice(1))
    .find(({ raw }) => KNOWN_TYPE.test(raw));
  if (!found) return [];
  const message = `${found.raw} looks like a process type, which begins a line of its own, and is given to the program before as an argument; put ${found.raw} and what follows on the next line`;
  return [{ offset: found.start, message }];
}
