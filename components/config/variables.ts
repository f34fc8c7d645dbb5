import type { Input, Output } from "@pulumi/pulumi";
import type { ConfigValue } from "./value.ts";
import { isText } from "./value.ts";
import { preview } from "./errors.ts";
import { isLater, isOutput } from "./output.ts";
import { entries, field, refined } from "./field.ts";
import { VARIABLE } from "./formats.ts";

/** What an object of Kubernetes has room for, beside all else that is in it. */
const MAX_VARIABLES = 512 * 1024;
/** Set by dash-scale itself, each for a reason that a value from outside would break. */
const RESERVED = new Map([
  [
    "DASH_URL_BASE_PATHNAME",
    "it is dash-scale:app.basePath, which is the route's and the health check's too",
  ],
  ["PORT", "it follows the command, or dash-scale:processes.TYPE.port, and the Service follows it"],
  ["HOME", "it is the writable folder of the pod, whose root is read-only"],
]);
/** Variables that nobody else may set. */
export const RESERVED_NAMES = [...RESERVED.keys()];
const NAME = { name: "NAME", pattern: VARIABLE, reserved: RESERVED_NAMES };

/** `dash-scale:app.env`. */
export const ENV = refined(
  entries({
    help: "Environment variables of every process type: plain values. `$` has no meaning in them.",
    otherwise: "none",
    expected: "{ LOG_LEVEL: info }",
    example: { LOG_LEVEL: "info" },
    key: NAME,
    value: field(
      { help: "Its value.", type: "string | number | boolean | Input<string>" },
      { shape: { kind: "plainValue" }, expected: "text, a whole number, true or false" },
      checkVariable,
    ),
  }),
  (checked, value): Readonly<Record<string, string>> => {
    const variables = [...(checked ?? [])]
      .filter(([name]) => !isLater(value.field(name).value))
      .map(([name, it]): [string, string] => [name, it ?? ""]);
    const size = variables.reduce((sum, it) => sum + Buffer.byteLength(it.join("")), 0);
    if (size > MAX_VARIABLES)
      value.problem(`has ${size} bytes in total; expected at most ${MAX_VARIABLES}`);
    // A variable may be called as a member of every object is: __proto__.
    return Object.fromEntries(variables);
  },
);

function checkVariable(variable: ConfigValue): string | undefined {
  const { value } = variable;
  if (isText(value)) return value;
  if (isLater(value)) return "";
  if (typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
  return variable.mismatch(
    'text, a whole number, true or false; put others in quotes, such as "1.10"',
  );
}

/** The variables whose values are known only later, in code: Outputs of other resources. */
export function laterVariables(env: ConfigValue): Readonly<Record<string, Input<string>>> {
  if (!env.isMap) return {};
  const gunicorn = env.field("GUNICORN_CMD_ARGS");
  if (isLater(gunicorn.value))
    gunicorn.problem("must be text that is known, since dash-scale adds to it");
  const later = env
    .entries("")
    .flatMap(([name, { value }]): [string, Input<string>][] =>
      isLater(value) ? [[name, value]] : [],
    );
  return Object.fromEntries(later);
}

/** Notes a problem where a name cannot be one of an environment variable, or is not free. */
export function checkVariableNames(variables: ConfigValue): void {
  if (!variables.isMap) return;
  for (const [name, variable] of variables.entries("")) {
    const reason = RESERVED.get(name);
    if (!VARIABLE.test(name)) {
      variable.problem(
        `${preview(name)} is not a name of a variable; expected letters, digits and _, no digit first, at most 253`,
      );
    }
    if (reason !== undefined)
      variable.problem(`${name} is set by dash-scale: ${reason}; leave it out`);
  }
}

/** The key `dash-scale:secrets`. */
export const SECRETS = entries({
  help: "Environment variables of every process type whose values are secret: `pulumi config set --secret --path dash-scale:secrets.NAME`.",
  otherwise: "none",
  expected: "",
  type: "Readonly<Record<string, Output<string>>>",
  key: NAME,
  value: field(
    { help: "Its value." },
    { shape: { kind: "secret" }, expected: "a secret" },
    ({ value }) => (isOutput<string>(value) ? value : undefined),
  ),
});

const HOW_TO_SET_A_SECRET = "run: pulumi config set --secret --path";

/** Checks `dash-scale:secrets`, without ever showing a value. */
export function checkSecrets(
  value: ConfigValue,
  env: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Output<string>>> {
  if (!value.absent && !value.isMap) {
    value.problem(
      `is not a map of names and values; ${HOW_TO_SET_A_SECRET} ${value.location}.NAME`,
    );
    return {};
  }
  checkVariableNames(value);
  for (const [name, secret] of value.entries("")) {
    if (Object.hasOwn(env, name))
      secret.problem("is in dash-scale:app.env too; keep one of the two");
    if (name === "GUNICORN_CMD_ARGS")
      secret.problem(
        "must not be secret, since dash-scale adds to it; set it in dash-scale:app.env",
      );
    if (secret.isMap || Array.isArray(secret.value))
      secret.problem(`must be text; ${HOW_TO_SET_A_SECRET} ${secret.location}, after removing it`);
    else if (!isOutput(secret.value))
      secret.problem(`is not secret; ${HOW_TO_SET_A_SECRET} ${secret.location}`);
  }
  const secrets = [...(SECRETS.check(value) ?? [])];
  return Object.fromEntries(
    secrets.flatMap(([name, secret]) => (secret === undefined ? [] : [[name, secret]])),
  );
}
