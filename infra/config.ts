import { resolve } from "node:path";
import process from "node:process";
import { getProject, runtime, secret } from "@pulumi/pulumi";
import { isMap } from "../components/check.ts";
import type { AppArgs } from "../components/plan.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";

/** The project's root, which the path of a Procfile is relative to. */
const ROOT = resolve(import.meta.dirname, "..");
const PREFIX = "dash-scale:";
const DEFAULT_PROCFILE = "Procfile";

/** The configuration of a stack, as text. */
interface StackValues {
  /** Full key -> text; maps and lists as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys that hold a secret. */
  readonly secretKeys: readonly string[];
}

/** Every `dash-scale:` key of the stack that runs, as the args of an App. */
export function stackConfig(): AppArgs {
  return appArgs({ values: runtime.allConfig(), secretKeys: keysWithSecrets() }, getProject());
}

/**
 * Every `dash-scale:` key of a stack, as the args of an App. Needs no engine, so that commands read a stack as the
 * program does.
 *
 * Nothing is judged here, not even which keys there are: App does that, so that all problems are told at once.
 *
 * @param project the project's Pulumi name
 */
export function appArgs(stack: StackValues, project: string): AppArgs {
  const secretKeys = new Set(stack.secretKeys);
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(stack.values)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, text]) => {
        const name = key.slice(PREFIX.length);
        return [name, marked(parsed(text), secretKeys.has(key), name)];
      }),
  );
  // What stands in a file has no type; App checks at run time what the type promises here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...values, app: withDefaults(values["app"], project) } as unknown as AppArgs;
}

/**
 * Which cluster the stack that runs is for, as its `kubernetes:` keys say. What they leave open is found as the Kubernetes
 * provider finds it: by `$KUBECONFIG`, in `~/.kube/config`, or as a pod of the cluster.
 *
 * Source: pulumi/pulumi-kubernetes, provider/pkg/provider/provider.go (Configure).
 */
export function clusterSettings(): ClusterSettings {
  return clusterSettingsOf({ values: runtime.allConfig(), secretKeys: keysWithSecrets() });
}

/** {@link clusterSettings} of any stack. */
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

/** Settings of Pulumi's Kubernetes provider by which it goes on without the cluster, and the variables that set them. */
const UNREACHABLE = [
  ["skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"],
  ["deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"],
] as const;

/** What the language host says of secrets; the SDK has no public call for it. */
function keysWithSecrets(): string[] {
  const keys: unknown = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]");
  return Array.isArray(keys) ? keys.map(String) : [];
}

/** A key that holds a secret anywhere is secret as a whole; only `secrets` is taken apart again. */
function marked(value: unknown, isSecret: boolean, name: string): unknown {
  if (!isSecret) return value;
  if (name !== "secrets" || !isMap(value)) return secret(value);
  return secretTexts(value);
}

/** What should be a text and is a map or a list stays one, so that it can be told. */
function secretTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(secretTexts);
  if (!isMap(value)) return secret(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, secretTexts(item)]));
}

function withDefaults(app: unknown, project: string): unknown {
  if (!isMap(app)) return app;
  const { procfile = DEFAULT_PROCFILE } = app;
  return {
    ...app,
    name: app["name"] ?? project,
    procfile: typeof procfile === "string" ? resolve(ROOT, procfile) : procfile,
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
