import type { Facts } from "./facts.ts";
import { shownName } from "./facts.ts";
import type { Json } from "./json.ts";
import { lineOfContainer } from "./shell-line.ts";

/** What is one for all process types of an app. */
export function readPodSettings(facts: Facts, spec: Json): void {
  const account = spec.field("serviceAccountName");
  if (account.text !== undefined && account.text !== "default")
    facts.set(account.location, ["app", "serviceAccount", "name"], account.text);
  const secrets = spec.field("imagePullSecrets");
  const names = secrets.items.flatMap((it) => it.field("name").text ?? []);
  if (names.length > 0) facts.set(secrets.location, ["app", "imagePullSecrets"], names);
  const user = [spec.field("containers").items[0], spec]
    .map((it) => it?.field("securityContext", "runAsUser"))
    .find((it) => it?.count !== undefined);
  if (user?.count !== undefined) facts.set(user.location, ["app", "user"], user.count);
}

/** What a process type runs as. */
export function readPod(facts: Facts, type: string, spec: Json): void {
  const [container, ...others] = spec.field("containers").items;
  if (!container) return facts.left(spec.location, shownName(type), "has no container");
  for (const other of others)
    facts.left(other.location, `container ${nameOf(other)}`, ONE_CONTAINER);
  for (const first of spec.field("initContainers").items)
    facts.left(first.location, `init container ${nameOf(first)}`, INIT);
  readCommand(facts, type, container);
  readSize(facts, type, container.field("resources"));
  const port = container.field("ports").items[0]?.field("containerPort");
  if (port?.count !== undefined)
    facts.of(type).set(port.location, ["processes", "port"], port.count);
  readProbes(facts, type, container);
  for (const variable of container.field("env").items) readVariable(facts, variable);
  for (const from of container.field("envFrom").items) readEnvFrom(facts, from);
  readVolumes(facts, container, spec);
  const grace = spec.field("terminationGracePeriodSeconds");
  if (grace.count !== undefined && grace.count !== KUBERNETES_GRACE_SECONDS)
    facts.of(type).set(grace.location, ["processes", "gracePeriod"], grace.count);
  const priority = spec.field("priorityClassName");
  if (priority.text !== undefined)
    facts.of(type).set(priority.location, ["processes", "priorityClass"], priority.text);
  return undefined;
}

function nameOf(json: Json): string {
  return shownName(json.field("name").text ?? "");
}

/** The API server puts that in where nothing was said. */
const KUBERNETES_GRACE_SECONDS = 30;
const ONE_CONTAINER = "runs beside the app there; a pod has one container of the app here";
const INIT =
  "runs before each pod there; what is to run once before a new version is the line release of the Procfile";

function readCommand(facts: Facts, type: string, container: Json): void {
  const variables = new Set(
    container.field("env").items.flatMap((it) => it.field("name").text ?? []),
  );
  const textsOf = (key: string) => container.field(key).items.flatMap(({ text }) => text ?? []);
  const [command, args] = [textsOf("command"), textsOf("args")];
  const at = container.field(command.length > 0 ? "command" : "args").location;
  const words = [...command, ...args];
  if (words.length === 0 || words[0]?.startsWith("-") === true)
    facts.left(at, `the command of ${shownName(type)}`, IMAGES_OWN);
  else facts.command(type, at, lineOfContainer(words, variables));
}

const IMAGES_OWN =
  "begins in the image itself, and so is not known here; write the whole line into the Procfile";

function readSize(facts: Facts, type: string, resources: Json): void {
  const limit = resources.field("limits", "memory");
  const request = resources.field("requests", "memory");
  const memory = limit.isGiven ? limit : request;
  const isOther = limit.isGiven && request.isGiven && limit.plain !== request.plain;
  const why = isOther ? "the limit there, and both limit and request here" : undefined;
  if (memory.plain !== undefined)
    facts.of(type).set(memory.location, ["scale", "memory"], memory.plain, why);
  const cpu = resources.field("requests", "cpu");
  if (cpu.plain !== undefined) facts.of(type).set(cpu.location, ["scale", "cpu"], cpu.plain);
  const most = resources.field("limits", "cpu");
  if (most.isGiven)
    facts.left(most.location, `limits.cpu of ${shownName(type)}`, "CPU has no upper bound here");
}

function readProbes(facts: Facts, type: string, container: Json): void {
  const health = ["processes", "health"];
  const probes = ["readinessProbe", "livenessProbe", "startupProbe"].map((it) =>
    container.field(it),
  );
  const [probe, ...more] = probes.filter((it) => it.isGiven);
  for (const other of more)
    facts.left(other.location, `another probe of ${shownName(type)}`, ONE_CHECK);
  if (!probe) return;
  const path = probe.field("httpGet", "path");
  const port = probe.field("httpGet", "port");
  const words = probe.field("exec", "command").items.flatMap(({ text }) => text ?? []);
  if (path.text !== undefined) {
    facts.of(type).set(path.location, [...health, "path"], path.text, PROBE);
    if (port.count !== undefined)
      facts.of(type).set(port.location, [...health, "port"], port.count);
  } else if (words.length > 0)
    facts.of(type).set(probe.field("exec").location, [...health, "exec"], words, PROBE);
  else facts.left(probe.location, `a probe of ${shownName(type)}`, OPEN_PORT);
}

const ONE_CHECK = "a process type has one check here, for all three probes";
const PROBE = "how long and how often stays dash-scale's own";
const OPEN_PORT = "asks for no path; an open port is checked anyway";

function readVariable(facts: Facts, variable: Json): void {
  const name = variable.field("name").text ?? "";
  const from = variable.field("valueFrom");
  if (!from.isGiven)
    return facts.variable(variable.location, name, variable.field("value").plain ?? "");
  const secret = from.field("secretKeyRef", "name").text;
  const key = from.field("secretKeyRef", "key").text;
  if (secret === undefined || key === undefined)
    return facts.left(variable.location, shownName(name), FROM_ELSEWHERE);
  const service = secret
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  facts.set(variable.location, ["services", service, "secret"], secret);
  return facts.set(variable.location, ["services", service, "env", name], key);
}

const FROM_ELSEWHERE =
  "comes from a ConfigMap or from the pod; write its value into dash-scale:app.env, if the app needs it";

function readEnvFrom(facts: Facts, from: Json): void {
  const secret = from.field("secretRef", "name").text;
  const map = from.field("configMapRef", "name").text;
  const what =
    secret === undefined ? `ConfigMap/${shownName(map ?? "")}` : `Secret/${shownName(secret)}`;
  const why =
    secret === undefined
      ? "its variables are not named here; write those that the app needs into dash-scale:app.env"
      : "its keys are not named here; name those that the app needs in dash-scale:services";
  facts.left(from.location, `all of ${what}`, why);
}

/** Folders that are empty at the start are writable ones; what is kept, or brings files, is not. */
function readVolumes(facts: Facts, container: Json, spec: Json): void {
  const volumes = new Map(
    spec.field("volumes").items.map((it) => [it.field("name").text ?? "", it]),
  );
  const mounts = container.field("volumeMounts");
  const folders: string[] = [];
  for (const mount of mounts.items) {
    const path = mount.field("mountPath").text ?? "";
    const name = mount.field("name").text ?? "";
    const isEmptyDir = volumes.get(name)?.field("emptyDir").kind === "map";
    if (isEmptyDir && !/^\/(tmp|dev)(\/|$)/.test(path)) folders.push(path);
    else if (!isEmptyDir) facts.left(mount.location, `the volume ${shownName(name)}`, VOLUME);
  }
  if (folders.length > 0) facts.set(mounts.location, ["app", "writable"], folders);
}

const VOLUME =
  "holds files that dash-scale does not bring: no disk is kept, and Secrets become variables";
