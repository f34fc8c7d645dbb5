import { describe, expect, test } from "vitest";
import { typeAsArgument, typeAsProgram } from "../../components/procfile/mixed-lines.ts";
import { problemsOf } from "../support/plan.ts";

describe("a process type within a line", () => {
  test.each<[string, number]>([
    ["python manage.py migrate && release: python seed.py", 28],
    ["gunicorn a:b; worker: celery -A a worker", 14],
    ["web: gunicorn a:b", 0],
    ["gunicorn a:b & my-worker: run", 15],
  ])("is no program: %s", (line, offset) => expect(typeAsProgram(line)?.offset).toBe(offset));
  test.each([
    "gunicorn a:b",
    ": && gunicorn a:b",
    "echo release: && gunicorn a:b",
    "java -jar x: a",
    "A=b: gunicorn a:b",
    "'web:' x",
    "http://a",
  ])("is not seen in %s", (line) => expect(typeAsProgram(line)).toBeUndefined());
  test("is a problem at its column, also in the release", () => {
    const procfile = "web: gunicorn a:b && worker: x\nrelease: a && seed: b\n";
    expect(
      problemsOf({ procfile })
        .map(({ location }) => location)
        .sort(),
    ).toEqual(["Procfile:1:22", "Procfile:2:15"]);
  });
  test.each<[string, number[]]>([
    ["gunicorn a:b worker: celery -A a worker", [13]],
    ["python manage.py migrate release: python x.py", [25]],
    ["echo web: starts && gunicorn a:b", []],
    ["node server.js --label name:", []],
  ])("is doubtful as an argument: %s", (line, offsets) => {
    expect(typeAsArgument(line).map(({ offset }) => offset)).toEqual(offsets);
  });
});
