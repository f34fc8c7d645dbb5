import type { Input } from "@pulumi/pulumi";
import type { ConfigValue } from "./value.ts";
import { IMAGE, IMAGE_EXPECTED } from "./image.ts";
import { isLater } from "./output.ts";
import type { Launcher } from "../procfile/launcher.ts";
import { LAUNCHERS } from "../procfile/launcher.ts";
import type { ProcfileSource } from "../procfile/procfile.ts";
import { DEFAULT_PROCFILE } from "../procfile/procfile.ts";
import type { CheckedTraffic } from "./exposure.ts";
import { checkTraffic, EXPOSURE_FIELDS, EXPOSURE_RELATIONS, RENAMED_KEYS } from "./exposure.ts";
import {
  ABSENT,
  checkFields,
  choice,
  either,
  field,
  flag,
  list,
  map,
  text,
  wholeNumber,
} from "./field.ts";
import type { FRAMEWORKS } from "./container.ts";
import { CONTAINER_FIELDS } from "./container.ts";
import { APP_NAME, FILE_NAME, LABEL, PROCFILE_PATH } from "./formats.ts";
import type { CheckedServiceAccount } from "./service-account.ts";
import { SERVICE_ACCOUNT } from "./service-account.ts";
import { checkVariableNames, ENV, laterVariables } from "./variables.ts";

const NAME = text({
  help: "Name of the app, the first part of every object's name: a DNS label that begins with a letter.",
  otherwise: "the Pulumi project's name",
  requiredInCode: true,
  pattern: APP_NAME,
  expected: "a DNS label that begins with a letter",
  example: "my-shop",
});
const FALLBACK_NAME = "app";

const PROCFILE_TEXT = map({
  help: "The text of a Procfile.",
  expected: "{ text: 'web: gunicorn index:server' }",
  fields: {
    text: field(
      { help: "The text of a Procfile.", required: true, example: "web: gunicorn index:server" },
      { shape: { kind: "text", pattern: /^/ }, expected: "the text of a Procfile" },
      (value) =>
        typeof value.value === "string" ? value.value : value.mismatch("the text of a Procfile"),
    ),
    file: text({
      help: "The name that messages give it.",
      default: DEFAULT_PROCFILE,
      pattern: FILE_NAME,
      expected: "the name that messages give it",
      example: DEFAULT_PROCFILE,
    }),
  },
});
const PROCFILE_FILE = text({
  help: "The path of a Procfile.",
  pattern: PROCFILE_PATH,
  expected: "the path of the app's Procfile, relative to the project's root",
  example: DEFAULT_PROCFILE,
});

const IMAGE_FIELD = field(
  {
    help: "Container image that every process type runs, by digest where possible.",
    required: true,
    example: "registry.example.com/shop:1.4.2",
    type: "Input<string>",
  },
  { shape: { kind: "text", pattern: IMAGE }, expected: IMAGE_EXPECTED },
  (value): Input<string> | undefined =>
    isLater(value.value) ? value.value : value.text(IMAGE, IMAGE_EXPECTED),
);

const LAUNCHER = choice({
  help: "How the image starts a Procfile command: by a shell or the Cloud Native Buildpacks launcher.",
  default: "shell",
  words: LAUNCHERS,
});
/**
 * Seen with the scripts of its master branch, also with HEROKUISH_SETUIDGUID=false and
 * HEROKUISH_DISABLE_CHOWN=true.
 */
const HEROKUISH =
  "herokuish's /start changes users and owners (usermod, chown) before anything else, which a container without root on a read-only file system cannot do; build the image with Cloud Native Buildpacks and use cnb, or with a Dockerfile and use shell";

function checkLauncher(value: ConfigValue): Launcher {
  if (value.value !== "herokuish") return LAUNCHER.check(value);
  value.problem(HEROKUISH);
  return LAUNCHER.check(ABSENT);
}

const OTHER_FIELDS = {
  createNamespace: flag({
    help: 'Whether the namespace is declared here, labelled for Pod Security "restricted". `false`: it exists already.',
    default: true,
  }),
  env: ENV,
  serviceAccount: SERVICE_ACCOUNT,
  launcher: { ...LAUNCHER, check: checkLauncher },
  imagePullSecrets: list({
    help: "Names of Secrets in the namespace that the image is pulled with.",
    default: [],
    expected: "a list of names of Secrets, such as [registry-login]",
    example: ["registry-login"],
    item: text({
      help: "Name of a Secret.",
      pattern: LABEL,
      expected: "the name of a Secret",
      example: "registry-login",
    }),
  }),
  maxReplicas: wholeNumber({
    help: "The most replicas that any one process type may have: a guard against a typing mistake.",
    default: 100,
    from: 1,
    to: 10_000,
  }),
  progressDeadline: wholeNumber({
    help: "Seconds that a rollout may go without progress before it counts as failed (`progressDeadlineSeconds`). As long as it makes progress, it may take any time.",
    default: 300,
    from: 10,
    to: 3600,
  }),
  releaseTimeout: wholeNumber({
    help: "Seconds that the release phase may take, all tries together.",
    default: 600,
    from: 10,
    to: 86_400,
  }),
};

const NAMESPACE = text({
  help: "Namespace that everything lives in.",
  otherwise: "the app's name",
  pattern: LABEL,
  expected: "a DNS label",
  example: "my-shop",
});

/** The key `dash-scale:app`. */
export const APP = map({
  help: "What is the same for all processes of the app.",
  required: true,
  expected: "{ procfile: Procfile, image: registry.example.com/shop:1.4.2 }",
  typeName: "AppSettings",
  fields: {
    name: NAME,
    procfile: either(
      {
        help: "The app's Procfile: its path, relative to the project's root, or its text.",
        otherwise: DEFAULT_PROCFILE,
        requiredInCode: true,
        example: DEFAULT_PROCFILE,
        options: [PROCFILE_FILE, PROCFILE_TEXT],
      },
      checkProcfile,
    ),
    image: IMAGE_FIELD,
    ...CONTAINER_FIELDS,
    namespace: NAMESPACE,
    ...OTHER_FIELDS,
    ...EXPOSURE_FIELDS,
  },
  relations: EXPOSURE_RELATIONS,
});

/** `dash-scale:app`, checked, with defaults put in. */
export interface CheckedSettings {
  readonly name: string;
  /** Undefined where the settings are too wrong to say which. */
  readonly procfile: ProcfileSource | undefined;
  readonly image: Input<string>;
  /** Undefined: what the commands and the files beside the Procfile say. */
  readonly framework: (typeof FRAMEWORKS)[number] | undefined;
  readonly writable: readonly string[];
  readonly user: number;
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** Variables of `env` whose values are Outputs of other resources. */
  readonly laterEnv: Readonly<Record<string, Input<string>>>;
  readonly serviceAccount: CheckedServiceAccount;
  readonly launcher: Launcher;
  readonly imagePullSecrets: readonly string[];
  readonly maxReplicas: number;
  readonly progressDeadline: number;
  readonly releaseTimeout: number;
  readonly traffic: CheckedTraffic;
}

/** Checks `dash-scale:app`. */
export function checkSettings(value: ConfigValue): CheckedSettings {
  if (value.absent) value.problem(`is missing; it says what to run, such as ${APP.expected}`);
  value.knownKeys(Object.keys(APP.fields), APP.expected, RENAMED_KEYS);
  const traffic = checkTraffic(value);
  checkAppName(value.field("env").field("DASH_APP_NAME"), traffic);
  const name = NAME.check(value.field("name")) ?? FALLBACK_NAME;
  const { procfile, image } = value.isMap
    ? checkFields({ procfile: APP.fields.procfile, image: IMAGE_FIELD }, value)
    : { procfile: undefined, image: undefined };
  const namespace = NAMESPACE.check(value.field("namespace")) ?? name;
  checkVariableNames(value.field("env"));
  const others = checkFields({ ...CONTAINER_FIELDS, ...OTHER_FIELDS }, value);
  const laterEnv = laterVariables(value.field("env"));
  return { name, procfile, image: image ?? "", namespace, ...others, laterEnv, traffic };
}

/**
 * Dash would put its name before the base path in what it asks for, but not in what it answers: a
 * blank page.
 */
function checkAppName(appName: ConfigValue, { basePath }: CheckedTraffic): void {
  if (appName.absent || basePath === "/") return;
  appName.problem(
    `with basePath ${basePath}, Dash would ask for its files below /NAME${basePath}, where nothing is; leave one of the two out`,
  );
}

function checkProcfile(value: ConfigValue): ProcfileSource | undefined {
  if (value.absent) return DEFAULT_PROCFILE;
  if (!value.isMap) return PROCFILE_FILE.check(value);
  const { text: content, file } = PROCFILE_TEXT.check(value);
  return content === undefined ? undefined : { text: content, file };
}
