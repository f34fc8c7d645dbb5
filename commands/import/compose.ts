import { WEB } from "../../components/plan/process-plan.ts";
import type { Source } from "./facts.ts";
import { Facts, shownName } from "./facts.ts";
import type { Json } from "./json.ts";
import { setReplicas } from "./formation.ts";
import { shellLine } from "./shell-line.ts";
import { readHealthcheck, readResources } from "./compose-service.ts";
import { typeNames } from "./type-names.ts";

const STORE =
  "holds data, and dash-scale runs none: have it run elsewhere, put its URL into a Secret, and bind that";
const HANDLED = "is what the Ingress or Gateway and dash-scale:app.proxy are for";
/** Images that are no part of an app, by the last part of their names. */
const FOREIGN: readonly (readonly [RegExp, (name: string) => string])[] = [
  [
    /^(redis|valkey|keydb|dragonfly|memcached)/,
    (name) => `${STORE}: dash-scale:services.${name}: { secret: NAME, env: { REDIS_URL: KEY } }`,
  ],
  [
    /^(postgres|postgresql|postgis|timescaledb|pgvector|mysql|mariadb|percona|cockroach|mssql)/,
    (name) => `${STORE}: dash-scale:services.${name}: { secret: NAME, env: { DATABASE_URL: KEY } }`,
  ],
  [
    /^(mongo|rabbitmq|kafka|cp-kafka|zookeeper|nats|elasticsearch|opensearch|minio|clickhouse|influxdb|neo4j|cassandra|vault|consul|etcd)/,
    (name) => `${STORE}: dash-scale:services.${name}: { secret: NAME, env: { NAME: KEY } }`,
  ],
  [/^(nginx|traefik|caddy|haproxy|httpd|envoy)/, () => HANDLED],
];

/** A service of Compose that is to be a process type. */
interface Service {
  readonly name: string;
  readonly json: Json;
}

const READ = [
  "command",
  "entrypoint",
  "environment",
  "image",
  "build",
  "ports",
  "expose",
  "deploy",
  "scale",
  "healthcheck",
  "stop_grace_period",
  "user",
  "tmpfs",
  "mem_limit",
  "cpus",
  "mem_reservation",
  "depends_on",
];
const KEPT = "is kept on a disk there, and a pod has none: use a service such as S3 or a database";
const REASONS: Readonly<Record<string, string>> = {
  volumes: `${KEPT}; for files that may be lost: dash-scale:app.writable`,
  networks: "follows from dash-scale:app.network here",
  restart: "is always so here",
  container_name: "follows from the app and the process type here",
  working_dir: "is the image's own here; begin the line with cd FOLDER &&",
  secrets: "is a file there; bind a Secret with dash-scale:services",
  labels: "is for other programs",
};

/**
 * Reads what `docker compose config --format json` prints, in which every `$` is doubled.
 *
 * Source: docker/compose, cmd/compose/config.go (`runConfig`); compose-spec/compose-go, types.
 */
export function readCompose(json: Json, shown: string): Source {
  const facts = new Facts();
  const services = ownServices(json, facts);
  const types = typeNames(
    services.map((it) => ({ name: it.name, isExposed: it.json.field("ports").isGiven })),
  );
  const typed = services.map((service, index) => ({ ...service, type: types[index] }));
  const main = typed.find(({ type }) => type === WEB) ?? typed[0];
  for (const service of typed) {
    const { type, name, json: own } = service;
    const image = own.field("image").text;
    if (type === undefined) facts.left(own.location, shownName(name), "has no name of its own");
    else if (image !== undefined && image !== main?.json.field("image").text)
      facts.left(own.location, shownName(name), OTHER_IMAGE);
    else readService(facts, { ...service, type });
  }
  if (main) readImage(facts, main.json);
  facts.leftOthers(json, ["services"], {
    reasons: { name: "is the Pulumi project's name here" },
    why: "belongs to Docker",
  });
  return {
    format: "docker compose config --format json",
    shown,
    facts: facts.list,
    countsOthersAsNone: false,
  };
}

const OTHER_IMAGE =
  "has another image than the app, and an app has one: give it a project of its own, or build both into one image";

function ownServices(json: Json, facts: Facts): Service[] {
  const own: Service[] = [];
  for (const [name, service] of json.field("services").fields) {
    const image = service.field("image").text ?? "";
    const last =
      image
        .replace(/[:@].*$/, "")
        .split("/")
        .at(-1) ?? "";
    const why = service.field("build").isGiven
      ? undefined
      : FOREIGN.find(([pattern]) => pattern.test(last))?.[1];
    if (why === undefined) own.push({ name, json: service });
    else facts.left(service.location, `service ${shownName(name)}`, why(shownName(name)));
  }
  return own;
}

function readImage(facts: Facts, json: Json): void {
  const image = json.field("image");
  if (image.text !== undefined) facts.set(image.location, ["app", "image"], undoubled(image.text));
  else
    facts.left(json.field("build").location, "build", "the image is built elsewhere: give --image");
}

function readService(
  facts: Facts,
  { name, json, type }: Service & { readonly type: string },
): void {
  readCommand(facts, type, json);
  readReplicas(facts, type, json);
  readResources(facts, type, json);
  readPort(facts, type, json);
  readHealthcheck(facts, type, json.field("healthcheck"));
  for (const [variable, { location, plain }] of json.field("environment").fields)
    facts.variable(location, variable, plain === undefined ? undefined : undoubled(plain));
  readContainer(facts, type, json);
  facts.leftOthers(json, READ, { prefix: `${shownName(name)}.`, reasons: REASONS });
}

function readReplicas(facts: Facts, type: string, json: Json): void {
  const mode = json.field("deploy", "mode");
  if (mode.text === "global")
    return facts.left(
      mode.location,
      `deploy.mode of ${type}`,
      "a pod on each node is not for an app",
    );
  const said = [json.field("deploy", "replicas"), json.field("scale")];
  const replicas = said.find((it) => it.count !== undefined);
  return setReplicas(facts, { type, at: (replicas ?? json).location }, replicas?.count ?? 1);
}

/** What a process may do, and how it ends. */
function readContainer(facts: Facts, type: string, json: Json): void {
  const user = json.field("user");
  const number = /^(\d+)(?::\d+)?$/.exec(user.plain ?? "")?.[1];
  if (number !== undefined) facts.set(user.location, ["app", "user"], Number(number));
  else if (user.isGiven) facts.left(user.location, `user of ${type}`, "has no number");
  const grace = json.field("stop_grace_period");
  const seconds = secondsOf(grace.plain ?? "");
  if (seconds !== undefined)
    facts.of(type).set(grace.location, ["processes", "gracePeriod"], seconds);
  const folders = json.field("tmpfs").items.flatMap(({ text }) => text?.split(":")[0] ?? []);
  if (folders.length > 0)
    facts.set(json.field("tmpfs").location, ["app", "writable"], folders.map(undoubled));
}

function readCommand(facts: Facts, type: string, json: Json): void {
  const { location: at } = json.field(json.field("command").isGiven ? "command" : "entrypoint");
  const words = [...wordsOf(json.field("entrypoint")), ...wordsOf(json.field("command"))];
  if (words.length === 0) return facts.left(at, `the command of ${type}`, NO_COMMAND);
  if (words[0]?.startsWith("-") === true)
    return facts.left(at, `the command of ${type}`, OPTIONS_ONLY);
  return facts.command(type, at, shellLine(words));
}

const NO_COMMAND = "is the image's own, and so unknown here; write a line of the Procfile for it";
const OPTIONS_ONLY =
  "begins with an option, so the image's own ENTRYPOINT stands before it; write the whole line into the Procfile";

function wordsOf(json: Json): string[] {
  const words = json.text === undefined ? json.items : [json];
  return words.flatMap(({ text }) => (text === undefined ? [] : [undoubled(text)]));
}

/** The port in the container; which one the machine has for it is Docker's. */
function readPort(facts: Facts, type: string, json: Json): void {
  const [first] = json.field("ports").items;
  const target = first?.field("target") ?? json.field("expose").items[0];
  if (target?.count !== undefined)
    facts.of(type).set(target.location, ["processes", "port"], target.count);
}

function undoubled(text: string): string {
  return text.replaceAll("$$", "$");
}

/** `1m30s`, as Go prints a duration. */
function secondsOf(text: string): number | undefined {
  const [whole, hours = "0", minutes = "0", seconds = "0"] =
    /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(text) ?? [];
  if (whole === undefined || whole === "") return undefined;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
