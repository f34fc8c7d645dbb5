import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { portPlan } from "../../components/procfile/port.ts";
import { serverSettings } from "../../components/procfile/server.ts";
import { SERVERS } from "../../components/procfile/servers.ts";
import { seen } from "./real.ts";

/** The table of servers against the programs themselves, from PyPI in a folder of their own. */
const PACKAGES =
  "gunicorn uvicorn hypercorn daphne granian fastapi[standard] waitress flask streamlit bokeh panel dash django".split(
    " ",
  );
const APPS = join(import.meta.dirname, "apps");
let folder = "";
let bin = process.env["DASH_SCALE_SERVERS_BIN"] ?? "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dash-scale-servers-"));
  if (bin !== "" && existsSync(bin)) return;
  bin = join(folder, "venv", "bin");
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  execFileSync(join(bin, "pip"), ["install", "--quiet", ...PACKAGES], { stdio: "inherit" });
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

/**
 * A line, the variables of its pod, and how many processes it has with one more worker than
 * without.
 */
interface Row {
  readonly line: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Processes beside the workers. */
  readonly others?: number;
}

const ROWS: readonly Row[] = [
  { line: "gunicorn dashapp:server", others: 1 },
  { line: "gunicorn dashapp:server -w 3 --bind 0.0.0.0:18050", others: 1 },
  { line: "PORT=18051 gunicorn dashapp:server", others: 1 },
  { line: "gunicorn dashapp:server", env: { WEB_CONCURRENCY: "2" }, others: 1 },
  { line: "uvicorn asgi:app" },
  { line: "uvicorn asgi:app --workers 3", others: 2 },
  { line: "uvicorn asgi:app --port 18052", env: { WEB_CONCURRENCY: "2" }, others: 2 },
  { line: "hypercorn asgi:app -b 0.0.0.0:18053 -w 3", others: 2 },
  { line: "daphne -b 0.0.0.0 -p 18054 asgi:app" },
  { line: "granian --interface asgi asgi:app --workers 2", others: 1 },
  { line: "fastapi run asgi.py" },
  { line: "fastapi run asgi.py --workers 2 --port 18055", others: 2 },
  { line: "waitress-serve dashapp:server" },
  { line: "waitress-serve --listen=*:18056 dashapp:server" },
  { line: "flask --app flaskapp run" },
  { line: "flask --app flaskapp run -p 18057" },
  { line: "streamlit run st.py" },
  { line: "streamlit run st.py --server.port 18058" },
  { line: "bokeh serve bk.py" },
  { line: "bokeh serve bk.py --num-procs 2 --port=18059", others: 1 },
  { line: "panel serve pn.py" },
  { line: "panel serve pn.py --port 18060" },
  { line: "python manage.py runserver --noreload 0.0.0.0:18061" },
  { line: "python dashapp.py" },
];
/** Where none of them is asked to listen, so that a row that runs is this one. */
const ASKED = 18_000;

describe("the table says of the real program where it listens, and of how many workers it consists", () => {
  test.each(ROWS)("$line $env", { timeout: 120_000 }, async ({ line, env = {}, others = 0 }) => {
    const around = { variables: env, hasFile: false, mayBeDash: true };
    const plan = portPlan(line, ASKED, around);
    const workers = serverSettings(line, around)?.workers;
    const real = await seen(line, {
      cwd: APPS,
      env: { ...plan.variables, ...env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: folder },
    });
    expect(plan.problems).toEqual([]);
    const everywhere = [`0.0.0.0:${plan.port}`, `:::${plan.port}`];
    expect(real.listening.length).toBeGreaterThan(0);
    expect(everywhere).toEqual(expect.arrayContaining([...real.listening]));
    expect({ workers: real.processes - others }).toEqual({ workers });
  });
});

test("every row of the table is among them but those that only serve this machine", () => {
  const tried = ROWS.map(({ line }) => line);
  const missing = SERVERS.filter(
    ({ command: [program, subcommand = ""] }) =>
      !tried.some((line) => line.includes(program) && line.includes(subcommand)),
  );
  expect(missing.map(({ name }) => name)).toEqual(["fastapi dev"]);
});
