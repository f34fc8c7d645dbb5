import type { LineFinding } from "./line-finding.ts";
import type { ServerCall } from "./server.ts";
import { serverIn } from "./server.ts";

/** Options that people know from another server, and at which a server ends at its start. */
interface Refused {
  readonly server: string;
  readonly options: RegExp;
  readonly remedy: string;
}

/** Each was seen to be refused: gunicorn 27, uvicorn 0.54, hypercorn 0.18, daphne 4.2, waitress 3. */
const REFUSED: readonly Refused[] = [
  { server: "gunicorn", options: /^--(host|port)$/, remedy: "write --bind 0.0.0.0:$PORT" },
  { server: "gunicorn", options: /^--factory$/, remedy: 'write "app:create_app()", in quotes' },
  {
    server: "uvicorn",
    options: /^(--bind|-b)$/,
    remedy: "write --host 0.0.0.0 --port $PORT",
  },
  { server: "uvicorn", options: /^-w$/, remedy: "write --workers" },
  {
    server: "uvicorn",
    options: /^(--timeout|--graceful-timeout|-t|--threads|--worker-class|-k)$/,
    remedy: "leave the option out",
  },
  { server: "hypercorn", options: /^--(host|port)$/, remedy: "write --bind 0.0.0.0:$PORT" },
  { server: "hypercorn", options: /^--(timeout|threads)$/, remedy: "leave the option out" },
  { server: "daphne", options: /^--host$/, remedy: "write --bind 0.0.0.0" },
  {
    server: "daphne",
    options: /^(--workers|-w|--timeout)$/,
    remedy: "leave the option out",
  },
  { server: "waitress-serve", options: /^(--bind|-b)$/, remedy: "write --listen 0.0.0.0:$PORT" },
  {
    server: "waitress-serve",
    options: /^(--workers|-w|--timeout)$/,
    remedy: "leave the option out",
  },
];

/** What the server of a line refuses, so that it ends at its start, and what is of no use here. */
export function refusedWarnings(line: string): LineFinding[] {
  // Reading a long line takes time.
  const found = /-|\.py/.test(line) ? serverIn(line) : undefined;
  return found ? [...optionsRefused(found), ...fileAsModule(found), ...reloads(found)] : [];
}

function reloads({ server, words }: ServerCall): LineFinding[] {
  const found = words.find(({ literal }) => literal === "--reload");
  if (!found) return [];
  const alone =
    server.name === "uvicorn" ? ", and runs one worker only, whatever --workers says" : "";
  const message = `${server.name} watches the files of the image, which never change${alone}; leave --reload out, which is for development`;
  return [{ offset: found.start, message }];
}

function optionsRefused({ server, words }: ServerCall): LineFinding[] {
  return words.flatMap(({ raw, start }) => {
    const [option = ""] = raw.split("=", 1);
    const row = REFUSED.find((it) => it.server === server.name && it.options.test(option));
    if (!row) return [];
    const message = `${server.name} has no option ${option}, so it ends at its start; ${row.remedy}`;
    return [{ offset: start, message }];
  });
}

/** Servers that import a module by its name; hypercorn, for one, takes a file, too. */
const IMPORTERS = new Set(["gunicorn", "uvicorn", "daphne", "waitress-serve"]);
const FILE = /^([\w./-]+)\.py(:[\w.]+)?$/;
const MODULE = /^[A-Za-z_][\w.]*:[A-Za-z_]/;

/** `gunicorn app.py` */
function fileAsModule({ server, words }: ServerCall): LineFinding[] {
  // What stands behind an option may be its value.
  const word = words.find(({ raw }, at) => !isOption(raw) && !isOption(words[at - 1]?.raw));
  const [, path, object = ":app"] = FILE.exec(word?.literal ?? "") ?? [];
  const hasModule = words.some((it) => it !== word && MODULE.test(it.literal ?? ""));
  if (!word || path === undefined || hasModule || !IMPORTERS.has(server.name)) return [];
  const module = path.replace(/^(\.\/)+/, "").replaceAll("/", ".");
  const message = `${server.name} takes the name of a module and not of a file, so it ends at its start; write ${module}${object}`;
  return [{ offset: word.start, message }];
}

function isOption(raw = ""): boolean {
  return raw.startsWith("-");
}
