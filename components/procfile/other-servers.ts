import type { Server } from "./server-row.ts";
import { ANY, LOCAL, NEVER, ONE, UNKNOWN } from "./server-row.ts";

/** Servers that are not found on PyPI, and those of aiohttp, whose options are its own. */
export const OTHER_SERVERS: readonly Server[] = [
  {
    name: "puma",
    command: ["puma"],
    source: "https://github.com/puma/puma/blob/main/lib/puma/cli.rb, configuration.rb",
    file: { long: "--config", short: "-C" },
    // config/puma.rb, which Rails generates. That of Rails and Heroku's reads the variables here.
    hasOwnFile: true,
    host: { fallback: ANY },
    port: { option: { long: "--port", short: "-p" }, variables: ["PORT"], fallback: 9292 },
    address: { long: "--bind", short: "-b" },
    workers: {
      option: { long: "--workers", short: "-w" },
      variables: ["WEB_CONCURRENCY"],
      fallback: 1,
    },
    threads: {
      option: { long: "--threads", short: "-t" },
      variables: ["RAILS_MAX_THREADS", "PUMA_MAX_THREADS", "MAX_THREADS"],
      fallback: 5,
      isRange: true,
    },
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
    // Rails 5.2 to 7.0 writes tmp/pids/server.pid beside the code, where nothing says otherwise.
    helping: { PIDFILE: "/tmp/server.pid" },
    written: [{ long: "--pidfile" }, { long: "--state", short: "-S" }],
  },
  {
    name: "rackup",
    command: ["rackup"],
    source: "https://github.com/rack/rackup/blob/main/lib/rackup/server.rb",
    // This machine only in RACK_ENV=development, which is what nothing says.
    host: { option: { long: "--host", short: "-o" }, fallback: undefined },
    port: { option: { long: "--port", short: "-p" }, fallback: 9292 },
    workers: UNKNOWN,
    threads: UNKNOWN,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
  },
  {
    name: "serve",
    command: ["serve"],
    source: "https://github.com/vercel/serve/blob/main/source/utilities/cli.ts",
    host: { fallback: ANY },
    port: { variables: ["PORT"], fallback: 3000 },
    address: { long: "--listen", short: "-l", aliases: ["-p"] },
    takesLonePort: true,
    workers: ONE,
    threads: UNKNOWN,
    asynchronous: true,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
  },
  {
    name: "aiohttp.web",
    command: ["aiohttp.web"],
    framework: "aiohttp",
    source: "https://docs.aiohttp.org/en/stable/web_quickstart.html#command-line-interface-cli",
    host: { option: { long: "--hostname", min: "--ho", short: "-H" }, fallback: LOCAL },
    port: { option: { long: "--port", min: "--po", short: "-P" }, fallback: 8080 },
    workers: ONE,
    threads: UNKNOWN,
    asynchronous: true,
    gracefulTimeout: { fallback: 60 },
    requestTimeout: NEVER,
  },
  {
    name: "caddy file-server",
    command: ["caddy", "file-server"],
    framework: "Caddy",
    source: "https://caddyserver.com/docs/command-line#caddy-file-server",
    host: { fallback: ANY },
    port: { fallback: 80 },
    address: { long: "--listen", short: "-l" },
    workers: ONE,
    threads: UNKNOWN,
    asynchronous: true,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
  },
  proxy({
    name: "caddy run",
    command: ["caddy", "run"],
    source: "https://caddyserver.com/docs/command-line#caddy-run",
    listens: "its Caddyfile says",
    remedy: ":{$PORT} there, or its port into dash-scale:processes.web.port",
  }),
  {
    ...proxy({
      name: "nginx",
      command: ["nginx"],
      source:
        "https://nginx.org/en/docs/switches.html, https://nginx.org/en/docs/ngx_core_module.html",
      listens: "its configuration says; that of its packages and images: port 80",
      remedy: "this port there, or that one into dash-scale:processes.web.port",
    }),
    writes: {
      folders: ["/run", "/var/run", "/var/cache/nginx", "/var/lib/nginx"],
      what: "its pid file and temporary files below /run, /var/cache/nginx or /var/lib/nginx, and ends where it cannot",
      remedy:
        "pid and the …_temp_path of its configuration below /tmp, take an image such as nginxinc/nginx-unprivileged, or name the folders in dash-scale:app.writable",
    },
  },
];

/** A server that hands requests to another one, and of which only a file says where it listens. */
function proxy({
  listens,
  remedy,
  ...own
}: Pick<Server, "name" | "command" | "source"> & {
  readonly listens: string;
  readonly remedy: string;
}): Server {
  return {
    ...own,
    isProxy: true,
    host: { fallback: undefined },
    port: { fallback: undefined },
    inFile: { listens, remedy },
    workers: UNKNOWN,
    threads: UNKNOWN,
    asynchronous: true,
    gracefulTimeout: { fallback: 30 },
    requestTimeout: NEVER,
  };
}
