import type { Source } from "./facts.ts";
import { Facts, shownName } from "./facts.ts";
import { setReplicas, setSize } from "./formation.ts";
import type { Json } from "./json.ts";

/** Keys by which an `app.json` is one, and no other JSON. */
export const APP_JSON_KEYS = [
  "formation",
  "env",
  "cron",
  "healthchecks",
  "addons",
  "buildpacks",
  "environments",
];
const READ = ["formation", "env", "cron", "healthchecks", "scripts", "addons"];
const DESCRIBES = "describes the app for a catalogue; nothing here needs that";
const BUILDS = "is about how the image is built, and that happens elsewhere";
const REASONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["name", "description", "keywords", "website", "repository", "logo", "success_url"].map(
      (key) => [key, DESCRIBES],
    ),
  ),
  buildpacks: BUILDS,
  stack: BUILDS,
  image: `${BUILDS}; the image that runs is dash-scale:app.image`,
  environments: "is about apps for tests and reviews; a stack file for each environment says that",
};
const ATTACH =
  "is not run by dash-scale; bind one that exists with dash-scale:services (docs/guides/services.md)";

/**
 * Reads an `app.json`, Heroku's or Dokku's: what both have means the same in both.
 *
 * Sources: Heroku Dev Center, "app.json Schema"; dokku/dokku, plugins/app-json/appjson.go
 * (`AppJSON`), https://dokku.com/docs/appendices/file-formats/app-json/.
 */
export function readAppJson(json: Json, shown: string): Source {
  const facts = new Facts();
  for (const [type, entry] of json.field("formation").fields) readScale(facts, type, entry);
  for (const [name, entry] of json.field("env").fields) readVariable(facts, name, entry);
  for (const task of json.field("cron").items) readCron(facts, task);
  for (const [type, checks] of json.field("healthchecks").fields) readHealth(facts, type, checks);
  for (const [name, script] of json.field("scripts").fields) readScript(facts, name, script);
  for (const addon of json.field("addons").items) {
    const plan = addon.text ?? addon.field("plan").text ?? "";
    facts.left(addon.location, `the add-on ${shownName(plan)}`, ATTACH);
  }
  facts.leftOthers(json, READ, { reasons: REASONS });
  return {
    format: "app.json",
    shown,
    facts: facts.list,
    countsOthersAsNone: json.field("formation").isGiven,
  };
}

const SCALE_REASONS: Readonly<Record<string, string>> = {
  max_parallel: "is the cluster's to decide: a rollout adds a quarter of the replicas at a time",
};

function readScale(facts: Facts, type: string, entry: Json): void {
  const quantity = entry.field("quantity");
  if (quantity.count !== undefined)
    setReplicas(facts, { type, at: quantity.location }, quantity.count);
  else if (quantity.isGiven)
    facts.left(quantity.location, `the quantity of ${shownName(type)}`, NO_QUANTITY);
  const auto = entry.field("autoscaling");
  if (auto.isGiven) readAutoscaling(facts, type, auto);
  const size = entry.field("size");
  if (size.text !== undefined) setSize(facts, { type, at: size.location }, size.text);
  const exposed = entry.field("service", "exposed");
  if (exposed.scalar === true)
    facts
      .of(type)
      .set(exposed.location, ["processes", "port"], 5000, "Dokku has it listen on 5000");
  facts.leftOthers(entry, ["quantity", "autoscaling", "size", "service"], {
    prefix: `formation.${shownName(type)}.`,
    reasons: SCALE_REASONS,
  });
}

const NO_QUANTITY = "got something else; expected a whole number from 0 on";

/** Of KEDA's triggers, those of CPU and memory. */
function readAutoscaling(facts: Facts, type: string, auto: Json): void {
  const min = auto.field("min_quantity");
  const max = auto.field("max_quantity");
  let isAuto = false;
  for (const trigger of auto.field("triggers").items) {
    const kind = trigger.field("type").text ?? "";
    const value = trigger.field("metadata", "value");
    const isPercent =
      (trigger.field("metadata", "type").text ??
        trigger.field("metricType").text ??
        UTILIZATION) === UTILIZATION;
    const isTaken = /^(cpu|memory)$/.test(kind) && value.count !== undefined && isPercent;
    if (isTaken && max.count !== undefined) {
      facts.of(type).set(value.location, ["scale", "target", kind], value.count);
      isAuto = true;
    } else facts.left(trigger.location, `the trigger ${shownName(kind)} of ${type}`, TRIGGER);
  }
  if (!isAuto) return;
  facts.of(type).set(min.location, ["scale", "min"], min.count ?? 1);
  if (max.count !== undefined) facts.of(type).set(max.location, ["scale", "max"], max.count);
  facts.leftOthers(auto, ["min_quantity", "max_quantity", "triggers"], {
    prefix: `formation.${type}.autoscaling.`,
    why: "is not for a stack to say; the autoscaler has its own",
  });
}

const UTILIZATION = "Utilization";
const TRIGGER =
  "only cpu and memory in percent, beside max_quantity, are taken; see docs/guides/autoscale.md for queues";

function readVariable(facts: Facts, name: string, entry: Json): void {
  if (entry.kind === "scalar") return facts.variable(entry.location, name, entry.plain);
  const value = entry.field("value");
  const isOptional = entry.field("required").scalar === false;
  if (entry.field("generator").text === "secret") {
    const why = "generated there; for instance: openssl rand -hex 32 | the command";
    return facts.secret(entry.location, name, why);
  }
  if (isOptional && !value.isGiven)
    return facts.left(entry.location, shownName(name), "is optional, and has no value there");
  return facts.variable(value.location, name, value.plain);
}

function readCron(facts: Facts, task: Json): void {
  const line = task.field("command").text;
  const schedule = task.field("schedule").text;
  const policy = task.field("concurrency_policy");
  if (task.field("maintenance").scalar === true)
    return facts.left(task.location, "a task of cron", "is in maintenance there, and does not run");
  if (line === undefined || schedule === undefined)
    return facts.left(task.location, "a task of cron", "has no command, or no schedule");
  const why =
    policy.isGiven && policy.text !== "forbid"
      ? "a run that is due while the last one is not over is skipped here"
      : undefined;
  return facts.cron({
    at: task.location,
    name: undefined,
    line,
    schedule,
    timezone: undefined,
    why,
  });
}

/** A check by its path or its command. How often and how long it is tried is dash-scale's own. */
function readHealth(facts: Facts, type: string, checks: Json): void {
  const [first, ...more] = checks.items.filter(
    (check) => check.field("path").text !== undefined || check.field("command").isGiven,
  );
  for (const other of more) facts.left(other.location, `a health check of ${type}`, ONE_CHECK);
  for (const other of checks.items.filter((it) => it !== first && !more.includes(it)))
    facts.left(other.location, `a health check of ${type}`, "has neither a path nor a command");
  if (!first) return;
  const path = first.field("path");
  const port = first.field("port");
  const command = first.field("command");
  if (path.text !== undefined) {
    facts.of(type).set(path.location, ["processes", "health", "path"], path.text);
    if (port.count !== undefined && port.count > 0)
      facts.of(type).set(port.location, ["processes", "health", "port"], port.count);
  } else {
    const words = command.items.flatMap(({ text }) => (text === undefined ? [] : [text]));
    facts.of(type).set(command.location, ["processes", "health", "exec"], words);
  }
  facts.leftOthers(first, ["path", "port", "command", "type", "name", "description"], {
    prefix: `healthchecks.${shownName(type)}.`,
    why: "stays dash-scale's own, so that a replica with a slow request is not taken for hung",
  });
}

const ONE_CHECK = "a process type has one check here, and the first is taken";

function readScript(facts: Facts, name: string, script: Json): void {
  const at = script.location;
  if (name === "postdeploy")
    return facts.left(at, "scripts.postdeploy", "runs once in an app's life: run it by hand");
  if (name !== "dokku") return facts.left(at, `scripts.${shownName(name)}`, "nothing here runs it");
  facts.leftOthers(script, [], {
    prefix: "scripts.dokku.",
    reasons: {
      predeploy: "changes the image there; have the image's build do it",
      postdeploy: "ran after each deployment; a pipeline can, behind pulumi up",
    },
  });
  return undefined;
}

/** Whether a JSON that has `scripts` alone is an `app.json`, and no `package.json`. */
export function hasScripts(json: Json): boolean {
  const scripts = json.field("scripts");
  return scripts.field("postdeploy").kind === "scalar" || scripts.field("dokku").kind === "map";
}
