import type { Destination } from "../manifest/network.ts";
import { processType } from "../procfile/procfile.ts";
import { entries, list, map, text } from "./field.ts";
import { LABEL, PROCESS_TYPE, SECRET_KEY, SUBDOMAIN, VARIABLE } from "./formats.ts";
import { DESTINATION } from "./network.ts";
import type { ConfigValue } from "./value.ts";
import { checkVariableNames, RESERVED_NAMES } from "./variables.ts";

const EXPECTED = "{ secret: shop-redis, env: { REDIS_URL: uri } }";
const ENV_EXPECTED = "{ REDIS_URL: uri }";

const SERVICE = map({
  help: "A service that the app uses and does not run: its Secret, which variables are filled from it, and where it is.",
  expected: EXPECTED,
  typeName: "ServiceSettings",
  fields: {
    secret: text({
      help: "Name of a Secret in the app's namespace. It is only ever referred to, never declared or changed.",
      otherwise: "with `cloudnativepg`, that of the database's owner",
      pattern: SUBDOMAIN,
      expected: "the name of a Secret",
      example: "shop-redis",
    }),
    cloudnativepg: text({
      help: "In place of `secret`: name of a Cluster of CloudNativePG in the app's namespace. Its Secret is `NAME-app`, `DATABASE_URL` is filled from the key `uri`, and its pods are reached on port 5432.",
      otherwise: "none",
      pattern: LABEL,
      expected: "the name of a Cluster of CloudNativePG",
      example: "shop-db",
    }),
    env: entries({
      help: "Which environment variables are filled, each with the key of the Secret that holds its value.",
      otherwise: "none; with `cloudnativepg`, `{ DATABASE_URL: uri }`",
      expected: ENV_EXPECTED,
      example: { REDIS_URL: "uri" },
      key: { name: "NAME", pattern: VARIABLE, reserved: RESERVED_NAMES },
      value: text({
        help: "Key of the Secret.",
        required: true,
        pattern: SECRET_KEY,
        expected: "a key of the Secret",
        example: "uri",
      }),
    }),
    to: DESTINATION,
    types: list({
      help: "Process types that have the variables; `release` is one of them.",
      otherwise: "all, and the release",
      expected: "a list of process types, such as [worker]",
      example: ["worker"],
      minItems: 1,
      item: text({
        help: "A process type.",
        pattern: PROCESS_TYPE,
        expected: "a process type of the Procfile",
        example: "worker",
      }),
    }),
  },
  relations: [
    { kind: "exactlyOne", of: ["secret", "cloudnativepg"] },
    { kind: "needs", key: "secret", oneOf: ["env"] },
  ],
});

/** The key `dash-scale:services`. */
export const SERVICES = entries({
  help: "Services that the app uses, such as Redis or a database, by names of your own. Each value goes from a Secret that exists into a variable of the pods, and nowhere else.",
  otherwise: "none",
  expected: `{ cache: ${EXPECTED} }`,
  example: { cache: { secret: "shop-redis", env: { REDIS_URL: "uri" } } },
  key: { name: "SERVICE", pattern: LABEL },
  value: SERVICE,
});

/** An entry of `dash-scale:services` that was checked. */
export interface CheckedService {
  readonly name: string;
  /** Its key in full. */
  readonly location: string;
  /** Name of its Secret. */
  readonly secret: string;
  /** Whether that is the Secret of a Cluster of CloudNativePG. */
  readonly isOfCluster: boolean;
  /** Key of the Secret, by variable. */
  readonly env: Readonly<Record<string, string>>;
  /** Undefined: wherever port 443 leads. */
  readonly to: Destination | undefined;
  /** Undefined: all, and the release. */
  readonly types: readonly string[] | undefined;
}

/** Where each variable is given that is not a service's: its key in full, by name. */
export type GivenVariables = ReadonlyMap<string, string>;

/** Checks `dash-scale:services`. Which process types there are is not known here. */
export function checkServices(value: ConfigValue, given: GivenVariables): CheckedService[] {
  const services = value.entries(SERVICES.expected).flatMap(([name, entry]) => {
    if (!LABEL.test(name))
      entry.problem("is not a name of a service; expected a DNS label, such as cache");
    return checkService(name, entry) ?? [];
  });
  for (const [index, service] of services.entries()) {
    const names = value.field(service.name).field("env");
    for (const variable of Object.keys(service.env)) {
      const other = given.get(variable) ?? giverOf(variable, service, services.slice(0, index));
      if (other === undefined) continue;
      const at = names.field(variable).absent ? value.field(service.name) : names.field(variable);
      at.problem(`${variable} is given at ${other}, too; keep one of the two`);
    }
  }
  return services;
}

/** The CloudNativePG operator's own names. Source: cloudnative-pg, pkg/specs/secrets.go. */
const CNPG = { suffix: "-app", env: { DATABASE_URL: "uri" }, label: "cnpg.io/cluster", port: 5432 };

function checkService(name: string, entry: ConfigValue): CheckedService | undefined {
  if (!entry.isMap) return entry.mismatch(`a map, such as ${EXPECTED}`);
  const { secret, cloudnativepg: cluster, env, to, types } = SERVICE.check(entry);
  if (entry.field("secret").absent === entry.field("cloudnativepg").absent)
    return entry.problem("names neither or both of secret and cloudnativepg; write one of them");
  checkVariables(entry);
  if (types?.length === 0)
    entry.field("types").problem("names no process type; name one, or leave it out for all");
  const keys = [...(env ?? [])].flatMap(([variable, key]) =>
    key === undefined ? [] : [[variable, key] as const],
  );
  const given = { env: Object.fromEntries(keys), to };
  const common = { name, location: entry.location, types: types?.map(processType) };
  if (cluster !== undefined) return { ...common, ...ofCluster(cluster, given) };
  return secret === undefined ? undefined : { ...common, secret, isOfCluster: false, ...given };
}

/** What follows from the name of a Cluster, where the stack does not say otherwise. */
function ofCluster(
  cluster: string,
  { env, to }: Pick<CheckedService, "env" | "to">,
): Omit<CheckedService, "name" | "location" | "types"> {
  return {
    isOfCluster: true,
    secret: `${cluster}${CNPG.suffix}`,
    env: Object.keys(env).length === 0 ? CNPG.env : env,
    to: to ?? { pods: { [CNPG.label]: cluster }, port: CNPG.port },
  };
}

function checkVariables(entry: ConfigValue): void {
  const env = entry.field("env");
  if (env.absent && entry.field("cloudnativepg").absent)
    env.problem(`is missing; it says which variables are filled: ${ENV_EXPECTED}`);
  checkVariableNames(env);
  const gunicorn = env.field("GUNICORN_CMD_ARGS");
  if (!gunicorn.absent)
    gunicorn.problem(
      "must not come from a Secret, since dash-scale adds to it; set it in dash-scale:app.env",
    );
}

/** Where another service gives the variable to one of the same process types. */
function giverOf(
  variable: string,
  service: CheckedService,
  others: readonly CheckedService[],
): string | undefined {
  const other = others.find((it) => Object.hasOwn(it.env, variable) && overlap(it, service));
  return other && `${other.location}.env.${variable}`;
}

function overlap({ types: a }: CheckedService, { types: b }: CheckedService): boolean {
  return a === undefined || b === undefined || a.some((type) => b.includes(type));
}

/** The services whose variables a process type has. */
export function servicesOfType(
  services: readonly CheckedService[],
  type: string,
): readonly CheckedService[] {
  return services.filter(({ types }) => types?.includes(type) ?? true);
}
