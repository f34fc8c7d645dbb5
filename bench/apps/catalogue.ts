import type { Asked } from "../nodes/requests.ts";

/** What an app is asked to do once, beside answering: a task, a row of a table. */
export interface TaskCheck {
  readonly title: string;
  readonly path: string;
  /** What the answer has when it was done. */
  readonly pattern: string;
}

/** One row: an app as its team would hand it over. */
export interface AppCase {
  /** Of the row, and of the app in its stack. */
  readonly name: string;
  readonly title: string;
  /** Folder in `apps/`, and what the image is made from. */
  readonly folder: string;
  /** @default "Procfile" */
  readonly procfile?: string;
  /** What clients ask for: mostly the first one, each tenth time the last one. */
  readonly requests: readonly [Asked, ...Asked[]];
  readonly tasks?: readonly TaskCheck[];
  /** Id of a component that is asked for by a callback over a WebSocket. */
  readonly socket?: boolean;
  /** What runs beside it in the cluster, and is named in its stack. */
  readonly service?: "redis" | "postgres";
  /** Where it cannot work as it is: what has to be said of that before anything is changed. */
  readonly cannot?: RegExp;
}

/** A callback of a Dash app, as its page asks for it. */
export const CALLBACK = {
  output: "result.children",
  outputs: { id: "result", property: "children" },
  inputs: [{ id: "run", property: "n_clicks", value: 1 }],
  changedPropIds: ["run.n_clicks"],
};
const DASH = [
  { path: "/_dash-layout" },
  { path: "/_dash-update-component", body: JSON.stringify(CALLBACK) },
] as const;
const PAGES = [{ path: "/" }, { path: "/slow" }] as const;

export const APPS: readonly AppCase[] = [
  { name: "dash-sync", title: "Dash, gunicorn", folder: "dash", requests: DASH },
  {
    name: "dash-threads",
    title: "Dash, gunicorn with threads",
    folder: "dash",
    procfile: "Procfile.threads",
    requests: DASH,
  },
  {
    name: "dash-preload",
    title: "Dash, gunicorn with `--preload`",
    folder: "dash",
    procfile: "Procfile.preload",
    requests: DASH,
  },
  {
    name: "dash-script",
    title: "Dash by its own server",
    folder: "dash",
    procfile: "Procfile.script",
    requests: DASH,
  },
  {
    name: "dash-fastapi",
    title: "Dash 4 on FastAPI with WebSockets",
    folder: "dash-fastapi",
    requests: DASH,
    socket: true,
  },
  {
    name: "dash-celery",
    title: "Dash with Celery worker, beat and Redis",
    folder: "dash-celery",
    requests: DASH,
    service: "redis",
    tasks: [
      { title: "task", path: "/task", pattern: "the sum is 5" },
      { title: "scheduled task", path: "/scheduled", pattern: "^[1-9]\\d* times" },
    ],
  },
  {
    name: "dash-diskcache",
    title: "Dash with diskcache in its folder",
    folder: "dash-diskcache",
    requests: DASH,
    cannot: /diskcache\.Cache\("\.\/cache"\) ends the app at its start/,
  },
  { name: "flask-port", title: "Flask on port 8050", folder: "flask", requests: PAGES },
  {
    name: "flask-run",
    title: "Flask's own server",
    folder: "flask",
    procfile: "Procfile.run",
    requests: PAGES,
  },
  {
    name: "flask-waitress",
    title: "Flask, waitress",
    folder: "flask",
    procfile: "Procfile.waitress",
    requests: PAGES,
  },
  {
    name: "django",
    title: "Django by poetry, with migrations as release",
    folder: "django",
    requests: PAGES,
    service: "postgres",
    tasks: [{ title: "row in a migrated table", path: "/notes", pattern: "^[1-9]\\d* notes" }],
  },
  { name: "fastapi", title: "FastAPI", folder: "fastapi", requests: PAGES },
  { name: "streamlit", title: "Streamlit", folder: "streamlit", requests: [{ path: "/" }] },
  { name: "panel", title: "Panel", folder: "panel", requests: [{ path: "/app" }] },
  { name: "express", title: "Express", folder: "express", requests: PAGES },
];

/** Packages of images whose folder has no requirements.txt. */
export const PACKAGES: Readonly<Record<string, string>> = {
  // What `poetry install` takes from pyproject.toml, and poetry itself.
  django: `poetry==2.5.1
django==5.2.19
gunicorn==27.0.1
dj-database-url==3.1.2
psycopg[binary]==3.3.9
`,
};
