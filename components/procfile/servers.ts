import type { Option } from "./option.ts";

/** A number that a server runs with, and where it reads the number: a flag beats a variable. */
export interface NumberSetting {
  readonly option?: Option;
  /**
   * Variables that the server reads beside those of its prefix; the first one that is set counts.
   */
  readonly variables?: readonly string[];
  /** What the server does when nobody says anything; undefined where that cannot be known here. */
  readonly fallback: number | undefined;
}

/** The address that a server listens on, and where it reads the address. */
export interface HostSetting {
  readonly option?: Option;
  readonly variables?: readonly string[];
  readonly fallback: string;
}

/** A server of web requests: one row of the table. */
export interface Server {
  readonly name: string;
  /** Program and subcommand: `flask run`. */
  readonly command: readonly [program: string, subcommand?: string];
  /** Where its flags, variables and defaults are documented. */
  readonly source: string;
  /** Framework that only this server runs. */
  readonly framework?: string;
  /** Each of its long options can be given as a variable of this prefix: `UVICORN_HOST`. */
  readonly prefix?: string;
  /** Variable whose text is read as if it stood before the command's own options. */
  readonly argumentsVariable?: string;
  /** Option that names a file in the image, whose content is not known here. */
  readonly file?: Option;
  readonly host: HostSetting;
  readonly port: NumberSetting;
  /** Option that has host and port in one: `--bind 0.0.0.0:8000`. */
  readonly address?: Option;
  /**
   * The variable for the host whose pages may open WebSockets; without the variable, pages of any
   * other host get 403.
   */
  readonly origin?: { readonly option: Option; readonly variable: string };
  /**
   * Option that says how a worker serves: only the classes `sync` (with one thread) and `gthread`
   * serve as many requests at once as they have threads, and only `sync` is held to the request
   * timeout.
   */
  readonly workerClass?: Option;
  /** Worker processes in one replica. Without an option, the stack cannot set them. */
  readonly workers: NumberSetting;
  /** Requests that one worker serves at once. */
  readonly threads: NumberSetting;
  /** Seconds that requests get to finish after SIGTERM. */
  readonly gracefulTimeout: NumberSetting;
  /** Seconds after which a request is ended; 0: never. */
  readonly requestTimeout: NumberSetting;
  /**
   * Whether it leaves SIGTERM to the kernel, which does not end the first process of a container by
   * it.
   * @default false
   */
  readonly ignoresSigterm?: boolean;
  /**
   * Memory of a small app in MiB, measured once: with one worker, and what each further one adds;
   * undefined where there is only one.
   */
  readonly mebibytes?: { readonly first: number; readonly further: number };
}

const LOCAL = "127.0.0.1";
const ANY = "0.0.0.0";
/** It has no such setting, and does not end requests by itself. */
const NEVER: NumberSetting = { fallback: 0 };
const ONE: NumberSetting = { fallback: 1 };
const UNKNOWN: NumberSetting = { fallback: undefined };

/**
 * Each row was seen to run with the real program: `test/servers` starts every one of them from PyPI
 * and holds this table against where it listens and how many processes it has.
 */
export const SERVERS: readonly Server[] = [
  {
    name: "gunicorn",
    command: ["gunicorn"],
    source: "https://docs.gunicorn.org/en/stable/settings.html",
    argumentsVariable: "GUNICORN_CMD_ARGS",
    file: { long: "--config", min: "--co", short: "-c" },
    host: { fallback: ANY },
    port: { variables: ["PORT"], fallback: 8000 },
    address: { long: "--bind", min: "--bi", short: "-b" },
    workerClass: { long: "--worker-class", min: "--worker-cl", short: "-k" },
    workers: {
      option: { long: "--workers", short: "-w" },
      variables: ["WEB_CONCURRENCY"],
      fallback: 1,
    },
    threads: { option: { long: "--threads", min: "--th" }, fallback: 1 },
    gracefulTimeout: { option: { long: "--graceful-timeout", min: "--gra" }, fallback: 30 },
    requestTimeout: { option: { long: "--timeout", min: "--ti", short: "-t" }, fallback: 30 },
    mebibytes: { first: 60, further: 36 },
  },
  {
    name: "uvicorn",
    command: ["uvicorn"],
    source: "https://www.uvicorn.org/settings/",
    prefix: "UVICORN_",
    host: { option: { long: "--host" }, fallback: LOCAL },
    port: { option: { long: "--port" }, fallback: 8000 },
    workers: { option: { long: "--workers" }, variables: ["WEB_CONCURRENCY"], fallback: 1 },
    threads: UNKNOWN,
    gracefulTimeout: { option: { long: "--timeout-graceful-shutdown" }, fallback: 30 },
    requestTimeout: NEVER,
    mebibytes: { first: 44, further: 41 },
  },
  {
    name: "hypercorn",
    command: ["hypercorn"],
    source: "https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html",
    file: { long: "--config", min: "--co", short: "-c" },
    host: { fallback: LOCAL },
    port: { fallback: 8000 },
    address: { long: "--bind", min: "--bi", short: "-b" },
    workers: { option: { long: "--workers", short: "-w" }, fallback: 1 },
    threads: UNKNOWN,
    gracefulTimeout: { option: { long: "--graceful-timeout", min: "--gra" }, fallback: 3 },
    requestTimeout: NEVER,
    mebibytes: { first: 65, further: 33 },
  },
  {
    name: "daphne",
    command: ["daphne"],
    source: "https://github.com/django/daphne/blob/main/daphne/cli.py",
    host: { option: { long: "--bind", min: "--b", short: "-b" }, fallback: LOCAL },
    port: { option: { long: "--port", min: "--po", short: "-p" }, fallback: 8000 },
    workers: ONE,
    threads: UNKNOWN,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: { option: { long: "--http-timeout", min: "--h", short: "-t" }, fallback: 0 },
  },
  {
    name: "granian",
    command: ["granian"],
    source: "https://github.com/emmett-framework/granian#options",
    prefix: "GRANIAN_",
    host: { option: { long: "--host" }, fallback: LOCAL },
    port: { option: { long: "--port" }, fallback: 8000 },
    workers: { option: { long: "--workers" }, fallback: 1 },
    threads: { option: { long: "--blocking-threads" }, fallback: undefined },
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
    mebibytes: { first: 61, further: 29 },
  },
  fastapi("run", ANY),
  fastapi("dev", LOCAL),
  {
    name: "waitress-serve",
    command: ["waitress-serve"],
    source: "https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html",
    host: { option: { long: "--host", min: "--ho" }, fallback: ANY },
    port: { option: { long: "--port", min: "--p" }, fallback: 8080 },
    address: { long: "--listen", min: "--li" },
    workers: ONE,
    threads: { option: { long: "--threads", min: "--t" }, fallback: 4 },
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
    ignoresSigterm: true,
  },
  {
    name: "flask run",
    command: ["flask", "run"],
    source: "https://flask.palletsprojects.com/en/stable/cli/",
    prefix: "FLASK_RUN_",
    host: { option: { long: "--host", short: "-h" }, fallback: LOCAL },
    port: { option: { long: "--port", short: "-p" }, fallback: 5000 },
    workers: ONE,
    threads: UNKNOWN,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
    ignoresSigterm: true,
  },
  {
    name: "streamlit run",
    command: ["streamlit", "run"],
    framework: "Streamlit",
    source: "https://docs.streamlit.io/develop/api-reference/configuration/config.toml",
    prefix: "STREAMLIT_",
    host: { option: { long: "--server.address" }, fallback: ANY },
    port: { option: { long: "--server.port" }, fallback: 8501 },
    workers: ONE,
    threads: UNKNOWN,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
  },
  bokeh("bokeh", { framework: "Bokeh", threads: UNKNOWN, mebibytes: { first: 64, further: 50 } }),
  bokeh("panel", {
    framework: "Panel",
    threads: { option: { long: "--num-threads", min: "--num-t" }, fallback: undefined },
    mebibytes: { first: 78, further: 63 },
  }),
  {
    name: "Django's runserver",
    command: ["manage.py", "runserver"],
    framework: "Django",
    source: "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver",
    host: { fallback: LOCAL },
    port: { fallback: 8000 },
    workers: ONE,
    threads: UNKNOWN,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
  },
];

function fastapi(subcommand: string, fallback: string): Server {
  return {
    name: `fastapi ${subcommand}`,
    command: ["fastapi", subcommand],
    source: "https://fastapi.tiangolo.com/fastapi-cli/",
    host: { option: { long: "--host" }, fallback },
    port: { option: { long: "--port" }, variables: ["PORT"], fallback: 8000 },
    workers: { option: { long: "--workers" }, variables: ["WEB_CONCURRENCY"], fallback: 1 },
    threads: UNKNOWN,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
    mebibytes: { first: 62, further: 66 },
  };
}

/** Panel's server is Bokeh's. */
function bokeh(
  program: string,
  own: Required<Pick<Server, "framework" | "threads" | "mebibytes">>,
): Server {
  return {
    ...own,
    name: `${program} serve`,
    command: [program, "serve"],
    source: "https://docs.bokeh.org/en/latest/docs/reference/command/subcommands/serve.html",
    host: { option: { long: "--address", min: "--ad" }, fallback: ANY },
    port: { option: { long: "--port", min: "--p" }, fallback: 5006 },
    origin: {
      option: { long: "--allow-websocket-origin", min: "--al" },
      variable: "BOKEH_ALLOW_WS_ORIGIN",
    },
    workers: { option: { long: "--num-procs", min: "--num-p" }, fallback: 1 },
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
  };
}

/** Dash's own server: `python app.py` of a Dash app. */
export const DASH_SERVER: Server = {
  name: "Dash's own server",
  command: ["python"],
  source: "https://dash.plotly.com/reference#app.run",
  framework: "Dash",
  host: { variables: ["HOST"], fallback: LOCAL },
  port: { variables: ["PORT"], fallback: 8050 },
  workers: ONE,
  threads: UNKNOWN,
  gracefulTimeout: { fallback: 30 },
  requestTimeout: NEVER,
  ignoresSigterm: true,
};
