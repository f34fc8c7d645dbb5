import { resolve } from "node:path";
import { isMap } from "../components/config/is-map.ts";
import { DEFAULT_PROCFILE } from "../components/procfile/procfile.ts";
import type { StackArgs } from "../components/config/types.ts";
import { unknownSecret } from "../components/config/output.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";
import type { Project } from "./project.ts";

const PREFIX = "dash-scale:";

/** The configuration of a stack, as text. */
export interface StackValues {
  /** Full key -> text; maps and lists as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys that hold a secret. */
  readonly secretKeys: readonly string[];
}

/** Marks a value as secret. */
type MakeSecret = (value: unknown) => unknown;

/**
 * Every `dash-scale:` key of a stack, as the args of an App. Needs no engine, so that commands read
 * a stack as the program does.
 *
 * Nothing is checked here, not even which keys there are: planStack does that, so that all problems
 * are reported at once.
 *
 * @param secret makes a secret of a value; by default one whose value nobody can know
 */
export function stackArgs(
  stack: StackValues,
  project: Project,
  secret: MakeSecret = unknownSecret,
): StackArgs {
  const secretKeys = new Set(stack.secretKeys);
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(stack.values)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, text]) => {
        const name = key.slice(PREFIX.length);
        const value = parsed(text);
        return [name, secretKeys.has(key) ? marked(value, name, secret) : value];
      }),
  );
  // What stands in a file has no type; App checks at run time what the type promises here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...values, app: withDefaults(values["app"], project) } as unknown as StackArgs;
}

/** Which cluster a stack is for, as its `kubernetes:` keys say. */
export function clusterSettingsOf({ values, secretKeys }: StackValues): ClusterSettings {
  // As the provider has it, a value that is empty is none.
  const value = (name: string) => {
    const text = values[`kubernetes:${name}`];
    return text === "" ? undefined : text;
  };
  return {
    kubeconfig: value("kubeconfig"),
    kubeconfigIsSecret: secretKeys.includes("kubernetes:kubeconfig"),
    context: value("context"),
    cluster: value("cluster"),
    ...(UNREACHABLE.some(([name, variable]) => (value(name) ?? process.env[variable]) === "true")
      ? { mayBeUnreachable: true }
      : {}),
  };
}

/**
 * Settings of Pulumi's Kubernetes provider by which it goes on without the cluster, and the
 * variables that set them.
 */
export const UNREACHABLE = [
  ["skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"],
  ["deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"],
] as const;

/** A key that holds a secret anywhere is secret as a whole; only `secrets` is taken apart again. */
function marked(value: unknown, name: string, secret: MakeSecret): unknown {
  return name === "secrets" && isMap(value) ? secretTexts(value, secret) : secret(value);
}

/**
 * A map or a list in place of a text stays what it is, so that the check can report the mistake.
 */
function secretTexts(value: unknown, secret: MakeSecret): unknown {
  if (Array.isArray(value)) return value.map((item) => secretTexts(item, secret));
  if (!isMap(value)) return secret(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, secretTexts(item, secret)]),
  );
}

function withDefaults(app: unknown, { name, folder }: Project): unknown {
  if (!isMap(app)) return app;
  const { procfile = DEFAULT_PROCFILE } = app;
  return {
    ...app,
    name: app["name"] ?? name,
    procfile: typeof procfile === "string" ? resolve(folder, procfile) : procfile,
  };
}

/** Of a key without a value, `dash-scale:scale:`, Pulumi makes an empty text. */
function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
