import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { portPlan } from "../../components/procfile/port.ts";
import { OWN_SERVERS } from "../../components/procfile/own-servers.ts";
import { serverIn, serverSettings } from "../../components/procfile/server.ts";
import { SERVERS } from "../../components/procfile/servers.ts";
import { seen } from "./real.ts";

/**
 * The table of servers against the programs themselves, from PyPI and npm in a folder of their own.
 * Those of other packages, such as Debian's puma and caddy, are tried where they are on the PATH.
 */
const PACKAGES = (
  "gunicorn uvicorn hypercorn daphne granian uwsgi fastapi[standard] waitress flask sanic streamlit bokeh panel dash " +
  "django voila gradio aiohttp"
).split(" ");
/** With versions of its own of what others need. */
const ALONE = ["chainlit"];
const APPS = join(import.meta.dirname, "apps");
let folder = "";
let bin = process.env["DASH_SCALE_SERVERS_BIN"] ?? "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dash-scale-servers-"));
  if (bin !== "") return;
  const npm = join(folder, "npm");
  bin = [
    join(folder, "venv", "bin"),
    join(folder, "alone", "bin"),
    join(npm, "node_modules", ".bin"),
  ].join(":");
  execFileSync("npm", ["install", "--silent", "--prefix", npm, "serve"], { stdio: "inherit" });
  for (const [name, packages] of [
    ["venv", PACKAGES],
    ["alone", ALONE],
  ] as const) {
    execFileSync("python3", ["-m", "venv", join(folder, name)]);
    const pip = join(folder, name, "bin", "pip");
    execFileSync(pip, ["install", "--quiet", ...packages], { stdio: "inherit" });
  }
}, 3_600_000);
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
  /** What a Python script serves with. */
  readonly own?: string;
  /** A program that has to be on the PATH. */
  readonly needs?: string;
  /** Whether the table leaves workers to a file, which is not there. */
  readonly isByFile?: boolean;
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
  { line: "uwsgi --http-socket :18062 -w dashapp:server", others: 1 },
  { line: "uwsgi --http-socket :18063 -p 3 --threads 2 -w dashapp:server", others: 1 },
  {
    line: "uwsgi --http-socket :18064 -w dashapp:server",
    env: { UWSGI_WORKERS: "2" },
    others: 1,
  },
  { line: "sanic sanicapp:app -H 0.0.0.0 -p 18065", others: 3 },
  { line: "sanic sanicapp:app --host=0.0.0.0 --port=18066 --workers=2", others: 3 },
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
  { line: "voila --no-browser --Voila.ip=0.0.0.0 --port=18067 nb.ipynb" },
  { line: "chainlit run ch.py --headless", env: { CHAINLIT_APP_ROOT: "/tmp" } },
  { line: "chainlit run ch.py -h --port 18068", env: { CHAINLIT_APP_ROOT: "/tmp" } },
  { line: "python dashapp.py" },
  { line: "python -m dashapp" },
  { line: "serve -l 18070" },
  { line: "serve -s . --listen=tcp://0.0.0.0:18071" },
  { line: "serve ." },
  { line: "python -m aiohttp.web -H 0.0.0.0 -P 18072 aioapp:make" },
  { line: "python -m aiohttp.web -H 0.0.0.0 aioapp:make" },
  { line: "caddy file-server --root . --listen :18073", needs: "caddy" },
  { line: "rackup -o 0.0.0.0 -p 18077", needs: "rackup", isByFile: true },
  { line: "rackup", env: { RACK_ENV: "production" }, needs: "rackup", isByFile: true },
  { line: "puma -p 18074", needs: "puma", isByFile: true },
  { line: "puma -b tcp://0.0.0.0:18075 -w 2 -t 1:4", others: 1, needs: "puma" },
  { line: "puma -p 18076", env: { WEB_CONCURRENCY: "2" }, others: 1, needs: "puma" },
  { line: "python gr.py", env: { GRADIO_ANALYTICS_ENABLED: "0" }, own: "Gradio" },
];
/** Where none of them is asked to listen, so that a row that runs is this one. */
const ASKED = 18_000;

const onPath = (program: string) =>
  `${bin}:${process.env["PATH"] ?? ""}`.split(":").some((it) => existsSync(join(it, program)));

describe("the table says of the real program where it listens, and of how many workers it consists", () => {
  test.for(ROWS)(
    "$line $env",
    { timeout: 120_000 },
    async ({ line, env = {}, others = 0, own = "Dash", needs, isByFile = false }, { skip }) => {
      skip(needs !== undefined && !onPath(needs), `${needs} is not on the PATH`);
      const around = { variables: env, hasFile: false, ownServer: OWN_SERVERS.get(own) };
      const plan = portPlan(line, ASKED, around);
      const workers = serverSettings(line, around)?.workers;
      const helping = serverIn(line)?.server.helping;
      const real = await seen(line, {
        cwd: APPS,
        env: {
          ...helping,
          ...plan.variables,
          ...env,
          PATH: `${bin}:${process.env["PATH"] ?? ""}`,
          HOME: folder,
        },
      });
      expect(plan.problems).toEqual([]);
      const everywhere = [`0.0.0.0:${plan.port}`, `:::${plan.port}`];
      expect(real.listening.length).toBeGreaterThan(0);
      expect(everywhere).toEqual(expect.arrayContaining([...real.listening]));
      const count = isByFile ? undefined : real.processes - others;
      expect({ workers: count }).toEqual({ workers });
    },
  );
});

test("Flask's own server listens on this machine only, whatever the variables say", async () => {
  const env = {
    HOST: "0.0.0.0",
    PORT: "18069",
    FLASK_RUN_HOST: "0.0.0.0",
    FLASK_RUN_PORT: "18069",
  };
  const PATH = `${bin}:${process.env["PATH"] ?? ""}`;
  const real = await seen("python flaskapp.py", { cwd: APPS, env: { ...env, PATH, HOME: folder } });
  const [address] = real.listening;
  expect(real.listening).toHaveLength(1);
  expect(OWN_SERVERS.get("Flask")?.inCode?.listens).toContain(address);
}, 120_000);

test("every row of the table is among them but those that only serve this machine", () => {
  const tried = ROWS.map(({ line }) => line);
  const missing = SERVERS.filter(
    ({ command: [program, subcommand = ""] }) =>
      !tried.some((line) => line.includes(program) && line.includes(subcommand)),
  );
  // Only a file says where Caddy and nginx listen.
  expect(missing.map(({ name }) => name)).toEqual(["fastapi dev", "caddy run", "nginx"]);
});
