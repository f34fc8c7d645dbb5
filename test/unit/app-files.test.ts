import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_FILES, readApp } from "../../components/procfile/app-files.ts";
import { frameworkOf } from "../../components/procfile/framework.ts";
import { planOf, processOf } from "../support/plan.ts";

let folder = "";
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "dash-scale-app-"))));
afterAll(() => rmSync(folder, { recursive: true }));

/** The path of a Procfile with a requirements.txt beside it. */
function procfileWith(requirements: string): string {
  const procfile = join(folder, "Procfile");
  writeFileSync(procfile, "web: gunicorn index:server --workers 2\n");
  writeFileSync(join(folder, "requirements.txt"), requirements);
  return procfile;
}

describe("the requirements", () => {
  test("are read beside the Procfile, each with its place, named as PEP 503 has it", () => {
    const text = "# the app\r\nDash[diskcache]==4.1\n\n  Flask_Caching>=2\nzope.interface\n";
    expect(readApp(procfileWith(text)).root.requirements).toEqual([
      { location: "requirements.txt:2:1", text: "dash[diskcache]==4.1" },
      { location: "requirements.txt:4:1", text: "flask-caching>=2" },
      { location: "requirements.txt:5:1", text: "zope-interface" },
    ]);
  });
  test("are unknown where there is no such file, and where the Procfile is given as text", () => {
    expect(readApp(join(folder, "elsewhere", "Procfile")).root.requirements).toBeUndefined();
    expect(readApp({ text: "web: x" }).root.requirements).toBeUndefined();
  });
});

describe("gunicorn.conf.py beside the Procfile", () => {
  test("makes unknown what gunicorn runs with, where no flag says it", () => {
    const procfile = procfileWith("dash\n");
    const { workers, requestTimeout } = processOf({ app: { procfile } });
    expect({ workers, requestTimeout }).toEqual({ workers: 2, requestTimeout: 30 });
    const file = join(folder, "gunicorn.conf.py");
    writeFileSync(file, "timeout = 300\n");
    expect(processOf({ app: { procfile } })).toMatchObject({ workers: 2, requestTimeout: 0 });
    rmSync(file);
  });
});

describe("only evidence of Dash makes an app a Dash app", () => {
  const kindOf = (requirements: string, command = "gunicorn index:server") =>
    frameworkOf(command, readApp(procfileWith(requirements)).root).kind;
  test.each([
    ["dash==4.1", "dash"],
    ["Dash", "dash"],
    ["dash[celery]>=3", "dash"],
    ["dash @ git+https://github.com/plotly/dash", "dash"],
    ["git+https://github.com/plotly/dash.git", "dash"],
    ["git+https://github.com/plotly/dash.git@v4.1#egg=dash", "dash"],
    ["-e git+ssh://git@github.com/plotly/dash.git", "dash"],
    ["https://example.com/wheels/dash-4.1.0-py3-none-any.whl", "dash"],
    ["flask\ndash~=3.0", "dash"],
    ["flask\ngunicorn", "other"],
    ["# dash\nflask", "other"],
    // It needs Dash itself.
    ["dash-bootstrap-components\nflask", "dash"],
    ["dashing", "other"],
    ["django-plotly-dash", "other"],
    ["", "other"],
    ["flask\n-r base.txt", "unknown"],
    ["--requirement base.txt", "unknown"],
    ["-e .", "unknown"],
    [".[web]", "unknown"],
    ["--index-url https://packages.example.com\nflask", "other"],
  ])("%j: %s", (requirements, expected) => {
    expect(kindOf(requirements)).toBe(expected);
  });
  test("which is unknown where nothing lies beside the Procfile", () => {
    expect(frameworkOf("gunicorn a:b", NO_FILES)).toEqual({ kind: "unknown" });
  });
  test.each([
    ["node server.js", "Node.js"],
    ["bundle exec puma", "Ruby"],
    ["java -jar app.jar", "Java"],
    ["streamlit run app.py", "Streamlit"],
    ["python manage.py runserver", "Django"],
  ])("%s is of %s, whatever lies beside it", (command, name) => {
    const { root } = readApp(procfileWith("dash\n"));
    expect(frameworkOf(command, root)).toEqual({ kind: "other", name });
  });
});

describe("an app that is known to be none of Dash", () => {
  const given = (requirements: string, more: object = {}) => ({
    app: {
      procfile: procfileWith(requirements),
      env: { SECRET_KEY: "x" },
      framework: undefined,
    },
    ...more,
  });
  test("is checked by its open port, with a warning that names the key", () => {
    expect(processOf(given("flask")).pod.health).toEqual({ kind: "tcp", port: 8000 });
    const [warning, ...others] = planOf(given("flask")).warnings;
    expect(others).toEqual([]);
    expect(warning?.location).toBe("Procfile:1:1");
    expect(warning?.message).toContain("dash-scale:processes.web.health.path");
  });
  test("is not warned of once it has a path", () => {
    const more = { processes: { web: { health: { path: "/up" } } } };
    expect(planOf(given("flask", more)).warnings).toEqual([]);
  });
  test("is not warned of where it is one of Dash", () => {
    expect(planOf(given("dash")).warnings).toEqual([]);
  });
});
