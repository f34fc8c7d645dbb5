import type { Input, Output } from "@pulumi/pulumi";
import type { Unchecked } from "./check.ts";
import { isText } from "./check.ts";
import { shown } from "./errors.ts";
import { IMAGE, IMAGE_ALLOWED } from "./image.ts";
import { isOutput } from "./output.ts";
import type { Launcher } from "./procfile/launcher.ts";
import { LAUNCHERS } from "./procfile/launcher.ts";
import type { ProcfileSource } from "./procfile/procfile.ts";
import type { CheckedTraffic, TrafficSettings } from "./traffic-settings.ts";
import { checkTraffic, TRAFFIC_FIELDS } from "./traffic-settings.ts";

/** What is the same for all processes of an app: the key `dash-scale:app` of a stack file. */
export interface AppSettings extends TrafficSettings {
  /** Name of the app, the first part of every object's name: a DNS label that begins with a letter. */
  readonly name: string;
  /** The app's Procfile, as a path or as text. */
  readonly procfile: ProcfileSource;
  /** Container image that every process type runs, by digest where possible. */
  readonly image: Input<string>;
  /**
   * Namespace that everything lives in.
   * @default the app's name
   */
  readonly namespace?: string;
  /**
   * Whether the namespace is declared here, labelled for Pod Security "restricted". `false`: it exists already.
   * @default true
   */
  readonly createNamespace?: boolean;
  /** Environment variables of every process type: plain values. `$` has no meaning in them. */
  readonly env?: Readonly<Record<string, string | number | boolean>>;
  /**
   * How the image starts a Procfile command: by a shell or the Cloud Native Buildpacks launcher.
   * @default shell
   */
  readonly launcher?: Launcher;
  /** Names of Secrets in the namespace that the image is pulled with. */
  readonly imagePullSecrets?: readonly string[];
  /**
   * The most replicas that any one process type may have: a guard against a typing slip.
   * @default 100
   */
  readonly maxReplicas?: number;
  /**
   * Seconds that a rollout may go without progress before it counts as failed (`progressDeadlineSeconds`). Pulumi waits
   * twice as long in all.
   * @default 300
   */
  readonly progressDeadline?: number;
  /**
   * Seconds that the release phase may take, all tries together.
   * @default 600
   */
  readonly releaseTimeout?: number;
}

/** {@link AppSettings} that were checked, with defaults put in. */
export interface CheckedSettings {
  readonly name: string;
  /** Undefined where the settings are too wrong to say which. */
  readonly procfile: ProcfileSource | undefined;
  readonly image: Input<string>;
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly launcher: Launcher;
  readonly imagePullSecrets: readonly string[];
  readonly maxReplicas: number;
  readonly progressDeadline: number;
  readonly releaseTimeout: number;
  readonly traffic: CheckedTraffic;
}

const FIELDS = [
  "name",
  "procfile",
  "image",
  "namespace",
  "createNamespace",
  "env",
  "launcher",
  "imagePullSecrets",
  "maxReplicas",
  "progressDeadline",
  "releaseTimeout",
  ...TRAFFIC_FIELDS,
] as const;

const EXAMPLE = "{ procfile: Procfile, image: registry.example.com/shop:1.4.2 }";
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
// A Service's name begins with a letter (RFC 1035), and the Service of `web` begins with the app's name.
const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** As long as a key of a Secret may be. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,252}$/;
/** What an object of Kubernetes has room for, beside all else that is in it. */
const MOST_VARIABLES = 512 * 1024;
/** Set by dash-scale itself, each for a reason that a value from outside would break. */
const RESERVED = new Map([
  [
    "DASH_URL_BASE_PATHNAME",
    "it is dash-scale:app.basePath, which is the route's and the health check's too",
  ],
  ["PORT", "it is 8000 for web, where the Service sends traffic"],
  ["HOME", "it is the writable folder of the pod, whose root is read-only"],
]);

/** Checks `dash-scale:app`. */
export function checkSettings(given: Unchecked): CheckedSettings {
  if (given.absent) given.problem(`is missing; it says what to run, such as ${EXAMPLE}`);
  const field = given.fields(FIELDS, EXAMPLE);
  const traffic = checkTraffic(field);
  refuseAppName(field("env").field("DASH_APP_NAME"), traffic);
  const name =
    field("name").text(NAME, "a DNS label that begins with a letter, such as my-shop") ?? "app";
  return {
    name,
    procfile: given.isMap ? checkProcfile(field("procfile")) : undefined,
    image: given.isMap ? checkImage(field("image")) : "",
    namespace: field("namespace").text(LABEL, "a DNS label, such as my-shop") ?? name,
    createNamespace: field("createNamespace").flag() ?? true,
    env: checkEnv(field("env")),
    launcher: checkLauncher(field("launcher")),
    imagePullSecrets: checkPullSecrets(field("imagePullSecrets")),
    maxReplicas: field("maxReplicas").wholeNumber({ from: 1, to: 10_000 }) ?? 100,
    progressDeadline: field("progressDeadline").wholeNumber({ from: 10, to: 3600 }) ?? 300,
    releaseTimeout: field("releaseTimeout").wholeNumber({ from: 10, to: 86_400 }) ?? 600,
    traffic,
  };
}

/** Dash would put it before the base path in what it asks for, but not in what it answers: a blank page. */
function refuseAppName(appName: Unchecked, { basePath }: CheckedTraffic): void {
  if (appName.absent || basePath === "/") return;
  appName.problem(
    `with basePath ${basePath}, Dash would ask for its files below /NAME${basePath}, where nothing is; leave one of the two out`,
  );
}

function checkProcfile(given: Unchecked): ProcfileSource | undefined {
  if (given.absent) return "Procfile";
  if (given.isMap) {
    const field = given.fields(["text", "file"], "{ text: 'web: gunicorn index:server' }");
    const file =
      field("file").text(/^[^\n]{1,255}$/, "the name that messages give it") ?? "Procfile";
    const text = field("text").value;
    return typeof text === "string"
      ? { text, file }
      : field("text").refuse("the text of a Procfile");
  }
  return given.text(/^[^\0]+$/, "the path of the app's Procfile, relative to the project's root");
}

function checkImage(given: Unchecked): Input<string> {
  const { value } = given;
  if (given.absent) {
    given.problem(`is missing; write ${IMAGE_ALLOWED}`);
    return "";
  }
  if (isLater(value)) return value;
  return given.text(IMAGE, IMAGE_ALLOWED) ?? "";
}

function checkLauncher(given: Unchecked): Launcher {
  if (given.value === "herokuish") given.problem(HEROKUISH);
  return (given.value === "herokuish" ? undefined : given.choice(LAUNCHERS)) ?? "shell";
}

/** Seen with the scripts of its master branch, also with HEROKUISH_SETUIDGUID=false and HEROKUISH_DISABLE_CHOWN=true. */
const HEROKUISH =
  "herokuish's /start changes users and owners (usermod, chown) before anything else, which a container without root on a read-only file system cannot do; build the image with Cloud Native Buildpacks and use cnb, or with a Dockerfile and use shell";

function checkPullSecrets(given: Unchecked): string[] {
  const names = given.list("a list of names of Secrets, such as [registry-login]", (name) =>
    name.text(LABEL, "the name of a Secret, such as registry-login"),
  );
  return names ?? [];
}

function checkEnv(given: Unchecked): Record<string, string> {
  const variables = given
    .entries("{ LOG_LEVEL: info }")
    .map(([name, variable]): [string, string] => {
      checkVariableName(name, variable);
      return [name, checkVariable(variable) ?? ""];
    });
  const size = variables.reduce((sum, it) => sum + Buffer.byteLength(it.join("")), 0);
  if (size > MOST_VARIABLES)
    given.problem(`has ${size} bytes in all; allowed are at most ${MOST_VARIABLES}`);
  // A variable may be called as a member of every object is: __proto__.
  return Object.fromEntries(variables);
}

/** Notes a problem where a name cannot be one of an environment variable, or is not free. */
function checkVariableName(name: string, variable: Unchecked): void {
  const reason = RESERVED.get(name);
  if (!VARIABLE.test(name)) {
    variable.problem(
      `${shown(name)} is no name of a variable; allowed are letters, digits and _, no digit first, at most 253`,
    );
  }
  if (reason !== undefined)
    variable.problem(`${name} is set by dash-scale: ${reason}; leave it out`);
}

function checkVariable(variable: Unchecked): string | undefined {
  const { value } = variable;
  if (isText(value)) return value;
  if (typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
  return variable.refuse(
    'a text, a whole number, true or false; put others in quotes, such as "1.10"',
  );
}

/** Checks `dash-scale:secrets`, without ever showing a value. */
export function checkSecrets(
  given: Unchecked,
  env: Readonly<Record<string, string>>,
): Record<string, Output<string>> {
  if (!given.absent && !given.isMap) {
    given.problem(`is no map of names and values; ${HOW_TO_SET_A_SECRET} ${given.place}.NAME`);
    return {};
  }
  const secrets = new Map<string, Output<string>>();
  for (const [name, secret] of given.entries("")) {
    checkVariableName(name, secret);
    if (Object.hasOwn(env, name))
      secret.problem("is in dash-scale:app.env too; keep one of the two");
    if (name === "GUNICORN_CMD_ARGS")
      secret.problem("has to be known here, and added to; set it in dash-scale:app.env");
    if (isOutput<string>(secret.value)) secrets.set(name, secret.value);
    else if (secret.isMap || Array.isArray(secret.value))
      secret.problem(`is no text; ${HOW_TO_SET_A_SECRET} ${secret.place}, after removing it`);
    else secret.problem(`is not secret; ${HOW_TO_SET_A_SECRET} ${secret.place}`);
  }
  return Object.fromEntries(secrets);
}

const HOW_TO_SET_A_SECRET = "run: pulumi config set --secret --path";

function isLater(value: unknown): value is Input<string> {
  return isOutput<string>(value) || value instanceof Promise;
}
