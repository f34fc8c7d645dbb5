import fc from "fast-check";
import { large, mostly, slipped, strange } from "./texts.ts";

const NAMES = ["web", "worker", "release", "beat", "clock", "queue", "My_Worker", "constructor"];
const name = mostly(
  fc.oneof(fc.constantFrom(...NAMES), fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}[a-z0-9]$/)),
  fc.oneof(strange, fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/)),
);

/** Commands as Procfiles have them. */
const KNOWN = [
  "gunicorn index:server",
  "gunicorn index:server --bind 0.0.0.0:$PORT -w 4 --threads=8 --timeout 120",
  "LANG=C.UTF-8 A='b c' gunicorn --chdir app index:server --graceful-timeout 60",
  "newrelic-admin run-program gunicorn a:b -t 120 --log-file -",
  "celery -A app worker --loglevel=info -B",
  "celery -A app beat",
  "bundle exec puma -C config/puma.rb",
  "java $JAVA_OPTS -Dserver.port=$PORT -jar target/*.jar",
  "node --max-old-space-size=${SIZE:-460} dist/main.js",
  "python manage.py migrate && exec gunicorn a:b",
  "cd app && python run.py | tee /tmp/log",
];
const word = fc.oneof(
  fc.constantFrom(
    "gunicorn",
    "python",
    "node",
    "celery",
    "exec",
    "cd",
    "if",
    "env",
    "-w",
    "--workers",
  ),
  fc.stringMatching(/^[-A-Za-z0-9_./:=,@%+]{1,12}$/),
  fc.constantFrom(
    "$PORT",
    "${PORT:-8000}",
    "$(nproc)",
    "`date`",
    "$(VAR)",
    "$$",
    "'a b'",
    '"c $D"',
    "\\ e",
    "2>&1",
  ),
  mostly(fc.constant("4"), strange, 4),
);
const operator = fc.constantFrom(
  " ",
  " ",
  " ",
  " ",
  " && ",
  " | ",
  "; ",
  " || ",
  " & ",
  " > ",
  " # ",
);
/** Nested deeper than any person would. */
const deep = fc
  .tuple(
    fc.constantFrom("$(", "${", "(", "`", '"$(', "'", "\\"),
    fc.integer({ min: 1, max: 20_000 }),
  )
  .map(([open, times]) => `run ${open.repeat(times)}`);
export const command = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...KNOWN) },
  {
    weight: 30,
    arbitrary: fc
      .array(fc.tuple(word, operator), { minLength: 1, maxLength: 8 })
      .map((parts) => parts.flat().slice(0, -1).join("")),
  },
  { weight: 1, arbitrary: deep },
);

const line = mostly(
  fc.tuple(name, fc.constantFrom(":", ": ", ":\t", ":  "), command).map((parts) => parts.join("")),
  fc.oneof(
    fc.constantFrom("", "# a comment", "  # indented", "<<<<<<< HEAD", "=======", "web : a", "web"),
    strange,
    fc.string({ maxLength: 40 }),
  ),
  25,
);

/** Whole Procfiles, right ones and nearly right ones. */
export const procfile: fc.Arbitrary<string> = mostly(
  slipped(
    fc
      .tuple(
        fc.constantFrom("", "", "", "\uFEFF", "# Procfile\n"),
        fc.uniqueArray(line, { minLength: 1, maxLength: 6, selector: (it) => it.split(":")[0] }),
        fc.constantFrom("\n", "\n", "\r\n"),
        fc.constantFrom("", "\n", "\n\n"),
      )
      .map(([start, lines, eol, end]) => start + lines.join(eol) + end),
  ),
  fc.string({ unit: "binary", maxLength: 200 }),
  50,
);

export const largeProcfile: fc.Arbitrary<string> = large(
  ["# comment\n", "\n", " ", "a", "\\", "$(", "é", "x: y\n", "'", "1 ", "a=b ", "🙂", "web: a\n"],
  (many) => `web: run ${many}`,
);
