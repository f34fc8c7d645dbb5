import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { ConfigError, messageOf } from "../../components/config/errors.ts";
import { readText } from "../yaml.ts";
import { APP_JSON_KEYS, hasScripts, readAppJson } from "./app-json.ts";
import { readCompose } from "./compose.ts";
import type { Source } from "./facts.ts";
import { isFormation, readFormation } from "./formation.ts";
import type { Json } from "./json.ts";
import { readJson } from "./json.ts";
import { readKubernetes } from "./kubernetes.ts";
import { isScaleText, readScaleText } from "./scale-text.ts";

const STANDARD_INPUT = "-";
/** What standard input is called in locations. */
const STDIN = "stdin";

/** @throws ConfigError with all that is wrong in a file, or where it is none of the formats */
export function readSource(file: string): Source {
  return file === STANDARD_INPUT
    ? sourceOf(readStandardInput(), STDIN)
    : sourceOf(readText(file), relative(process.cwd(), file));
}

function readStandardInput(): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(0));
  } catch (error) {
    const message = `cannot be read: ${messageOf(error)}`;
    throw new ConfigError([{ location: STDIN, message }]);
  }
}

/** Reads a text as what it is by its content. */
export function sourceOf(text: string, shown: string): Source {
  const first = /[^\s\uFEFF]/.exec(text)?.[0];
  const unknown = (got: string) =>
    new ConfigError([{ location: `${shown}:1:1`, message: `${got}; expected ${FORMATS}` }]);
  if (first === undefined) throw unknown("is empty");
  if (first === "{" || first === "[" || first === "/") {
    const json = readJson(text, shown);
    const reader = readerOf(json);
    if (typeof reader === "string") throw unknown(reader);
    return reader(json, shown);
  }
  if (/^(services|apiVersion|kind|version|name|---)\b/m.test(text)) throw unknown(YAML);
  if (!isScaleText(text)) throw unknown("is text that counts no process types");
  return readScaleText(text, shown);
}

const FORMATS =
  "heroku ps:scale, Heroku's formation as JSON, app.json, DOKKU_SCALE, dokku ps:scale, docker compose config --format json, or kubectl get deploy,hpa,cronjob,ingress -o json";
const YAML =
  "looks like YAML; print it as JSON: docker compose config --format json, or kubectl get … -o json";

/** What reads a JSON, or what it is instead. */
function readerOf(json: Json): ((json: Json, shown: string) => Source) | string {
  if (json.kind === "list") return readerOfList(json);
  const has = (key: string) => json.field(key).kind !== "absent";
  if (has("apiVersion") && has("kind")) return readKubernetes;
  if (json.field("services").kind === "map") return readCompose;
  if (PACKAGE_KEYS.some(has) && !has("formation")) return "looks like a package.json";
  return APP_JSON_KEYS.some(has) || hasScripts(json) ? readAppJson : "is a map of something else";
}

const PACKAGE_KEYS = ["dependencies", "devDependencies", "version"];

function readerOfList(json: Json): typeof readFormation | string {
  if (isFormation(json)) return readFormation;
  const isDynos = json.items.some((it) => it.field("state").text !== undefined);
  return isDynos ? DYNOS : "is a list of something else";
}

const DYNOS =
  "looks like the dynos of heroku ps --json, where a process type with none is missing; use heroku ps:scale, or heroku api GET /apps/APP/formation";
