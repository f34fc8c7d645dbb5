import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shellStaysParent, withExec } from "../../components/procfile/exec.ts";
import { parseShell } from "../../components/procfile/shell.ts";

describe("exec goes before one simple command", () => {
  test.each([
    ["gunicorn index:server", "exec gunicorn index:server"],
    ["A=b C='d e' gunicorn index:server", "A=b C='d e' exec gunicorn index:server"],
    ["gunicorn x > log 2>&1", "exec gunicorn x > log 2>&1"],
    ["gunicorn --bind 0.0.0.0:$PORT x", "exec gunicorn --bind 0.0.0.0:$PORT x"],
    ["run \"a && b\" 'c; d' e\\;f", "exec run \"a && b\" 'c; d' e\\;f"],
    ["run $(nproc; true) `a | b`", "exec run $(nproc; true) `a | b`"],
    ['run "$(echo ")")" x', 'exec run "$(echo ")")" x'],
    ["run a # one; two", "exec run a # one; two"],
    ["run a#b;c", "run a#b;c"],
    ["${BIN:-gunicorn} x", "exec ${BIN:-gunicorn} x"],
  ])("%s", (line, expected) => expect(withExec(line)).toBe(expected));
});

describe("any other line stays as it is", () => {
  test.each([
    "cd app && gunicorn x",
    "a | b",
    "a; b",
    "a &",
    "(a)",
    "{ a; }",
    "if true; then a; fi",
    "while true; do a; done",
    "! a",
    "time a",
    "exec gunicorn x",
    "cd app",
    "export A=b",
    "command gunicorn x",
    "A=b",
    "run 'never closed",
  ])("%s", (line) => expect(withExec(line)).toBe(line));
});

test.each([
  ["gunicorn x", false],
  ["exec gunicorn x", false],
  ["cd app && exec gunicorn x", false],
  ["cd app && gunicorn x", true],
  ["cd app; exec gunicorn x", false],
  ["run & exec gunicorn x", false],
  ["gunicorn x || exec sleep 1", true],
  ["gunicorn x | exec tee log", true],
  ["exec gunicorn x &", true],
  ["(cd app && exec gunicorn x)", true],
  ["{ cd app; exec gunicorn x; }", true],
  ["command gunicorn x", true],
  ["eval gunicorn x", true],
  [". ./env.sh && exec gunicorn x", false],
  ["cd app", false],
  ["sh -c 'cd app && gunicorn x'", true],
  ['/bin/bash -lc "cd $DIR && gunicorn x"', true],
  ["sh -c 'cd app && exec gunicorn x'", false],
  ["sh -c 'gunicorn x'", false],
  ["cd app && exec sh -c 'a; b'", true],
  ['sh -c "exec sh -c \\"a; b\\""', true],
  ["run -c 'a; b'", false],
])("the shell stays the parent of the last program: %s -> %s", (line, expected) => {
  expect(shellStaysParent(line)).toBe(expected);
});

test.each([
  ["run 'a", 4, "a '"],
  ['run "a', 4, 'a "'],
  ["run $(a", 4, "$("],
  ["run ${a", 4, "${"],
  ["run `a", 4, "a `"],
])("what is never closed is told with its offset: %s", (line, offset, what) => {
  expect(parseShell(line).unclosed).toEqual({ offset, what });
});

const lines = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(
        "a",
        "'",
        '"',
        "$(",
        ")",
        "`",
        "\\",
        ";",
        "&&",
        ">",
        " ",
        "#",
        "A=b",
        "{",
        "exec",
      ),
    )
    .map((parts) => parts.join(" ")),
);

test("any line is parsed, and its words stand where they say", () => {
  fc.assert(
    fc.property(lines, (line) => {
      for (const { assignments, words } of parseShell(line).commands) {
        for (const { raw, start, end } of [...assignments, ...words])
          expect(line.slice(start, end)).toBe(raw);
      }
    }),
  );
});

/** What `sh` itself makes of the words of a line. */
function wordsBySh(line: string): string[] {
  const script = `show() { for word in "$@"; do printf '%s\\0' "$word"; done; }; show ${line}`;
  return execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

test("sh finds the same words", () => {
  const part = fc.constantFrom(
    "a",
    "b c",
    "d=e",
    "'f g'",
    '"h i"',
    "\\ j",
    '"\\"k"',
    "'l\"m'",
    "n'o'p",
    "q\\\\",
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const line = `x ${parts.join(" ")}`;
      const words = parseShell(line).commands.flatMap((command) => command.words);
      expect(words.map(({ literal }) => literal)).toEqual(wordsBySh(line));
    }),
    { numRuns: 50 },
  );
});

test.each([
  "A=b printenv A",
  "printenv HOME",
  "A='b c' printenv A # comment",
  'echo "$(echo x; echo y)" 2> /dev/null',
])("with exec, sh does the same: %s", (line) => {
  const run = (text: string) => execFileSync("/bin/sh", ["-c", text], { encoding: "utf8" });
  expect(withExec(line)).not.toBe(line);
  expect(run(withExec(line))).toBe(run(line));
});

test("with exec, the program takes the shell's place", () => {
  const line = "A=b node -p process.ppid";
  const parentOf = (text: string) =>
    Number(execFileSync("/bin/sh", ["-c", text], { encoding: "utf8" }));
  expect(parentOf(withExec(line))).toBe(process.pid);
  expect(parentOf(`${line}; true`)).not.toBe(process.pid);
});

describe("what the shell would refuse is found at its offset", () => {
  test.each([
    ["a &; b", 3],
    ["a && && b", 5],
    ["| a", 0],
    ["&& a", 0],
    ["; a", 0],
    ["a || | b", 5],
    ["a | | b", 4],
    ["a ; ; b", 4],
    ["a & & b", 4],
    ["a &&", 4],
    ["a |  ", 3],
    ["(a", 2],
    ["a)", 1],
    ["(a &&)", 5],
    ["a > && b", 2],
    ["a 2>", 2],
    ["a ;; b", 2],
    ["gunicorn app:create_app() -b :8000", 23],
    ["a (b)", 2],
    ["A=b a (b)", 6],
    ["a && b c()", 8],
    ["if a; then b c(); fi", 14],
  ])("%s", (line, offset) => expect(parseShell(line).unexpected?.offset).toBe(offset));
  test.each([
    "a",
    "a &",
    "a ;",
    "a & b",
    "a; b;",
    "a && b || c | d",
    "(a; b) && c",
    "(a &)",
    "f() { a; }; f",
    "case $x in a) b ;; *) c;; esac",
    "a > b 2>&1",
    "a # && &&",
    "if a; then b; fi",
    "! a && b",
    "(a) | b",
    "a && (b || c)",
    "a '&& &&'",
    "> log",
    "A=b",
    "a() { b; }; a",
    "if (a); then (b); fi",
    "! (a)",
    "a '()'",
  ])("not in: %s", (line) => expect(parseShell(line).unexpected).toBeUndefined());
});

/** Whether `sh` can read a line; nothing of it runs. */
function isReadBySh(shell: string, line: string): boolean {
  return spawnSync(shell, ["-n", "-c", line], { stdio: "ignore" }).status === 0;
}

const SHELLS = ["/bin/sh", "/bin/bash"].filter((path) => existsSync(path));
const grammar = (parts: readonly string[]) =>
  fc
    .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 })
    .map((words) => words.join(" "));

test.each(SHELLS)("whatever is called a mistake, %s refuses", (shell) => {
  const parts =
    "a b=c && || | & ; ;; ( ) > < 2>&1 >> $(a) 'x' # { } ! if then fi case esac in".split(" ");
  fc.assert(
    fc.property(grammar(parts), (line) => {
      fc.pre(parseShell(line).unexpected !== undefined);
      expect(isReadBySh(shell, line)).toBe(false);
    }),
    { numRuns: 150 },
  );
});

test.each(SHELLS)("of words and operators, whatever %s refuses is called a mistake", (shell) => {
  fc.assert(
    fc.property(grammar("a b && || | & ; >".split(" ")), (line) => {
      expect(parseShell(line).unexpected === undefined).toBe(isReadBySh(shell, line));
    }),
    { numRuns: 150 },
  );
});
