import { hasCode } from "../system/errors.ts";
import type { Json, JsonObject } from "../../infra/cluster/json.ts";
import { getPath, list, parseObject, text } from "../../infra/cluster/json.ts";
import { run } from "../system/children.ts";
import { SECRET_PLACEHOLDER } from "../stack-file.ts";
import type { StackTools } from "./stack-tools.ts";
import type { Examined, Report } from "./report.ts";

/** Live objects with the notes of who owns which of their fields, by uid. */
export interface LiveObjects {
  readonly objects: ReadonlyMap<string, Json>;
  /** Why they are not known. */
  readonly unknown?: string;
}

/** Which object. */
type Reference = Pick<Examined, "apiVersion" | "kind" | "name" | "namespace">;

/**
 * Asks the cluster itself, since Pulumi does not keep who owns what. Only an extra: whatever goes
 * wrong is reported, and is no failure.
 */
export async function livingObjects(
  objects: readonly Reference[],
  { config }: Report,
  access: StackTools,
  signal: AbortSignal,
): Promise<LiveObjects> {
  if (objects.length === 0) return { objects: new Map() };
  const where = whereFlags(config);
  if (where === undefined) {
    return { objects: new Map(), unknown: "kubernetes:kubeconfig is not a path" };
  }
  const get = ["get", "--filename", "-", "--output", "json", "--show-managed-fields"];
  const args = [...get, "--ignore-not-found", "--request-timeout", "20s", ...where];
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects.map(reference) });
  const options = { env: access.env, cwd: access.project, input, signal };
  try {
    const { stdout, stderr } = await run(access.kubectl, args, options);
    const found = byUid(parseObject(stdout));
    const [reason] = stderr.trim().split("\n");
    return { objects: found, ...(found.size === 0 && reason && { unknown: reason }) };
  } catch (error) {
    signal.throwIfAborted();
    if (!hasCode(error, "ENOENT")) throw error;
    return { objects: new Map(), unknown: "there is no kubectl on the PATH" };
  }
}

/**
 * The stack's own cluster, as the provider finds it; undefined where its kubeconfig cannot be
 * handed on as a flag.
 */
function whereFlags(config: Report["config"]): string[] | undefined {
  const setting = (name: string) => text(config[`kubernetes:${name}`]);
  const kubeconfig = setting("kubeconfig");
  if (kubeconfig === SECRET_PLACEHOLDER || /[\n{]/.test(kubeconfig ?? "")) return undefined;
  return ["kubeconfig", "context", "cluster"].flatMap((name) => {
    const value = setting(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
}

function reference({ apiVersion, kind, name, namespace }: Reference): JsonObject {
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}

/** One object as it is, several as a list. */
function byUid(answer: JsonObject | undefined): Map<string, Json> {
  const objects = answer?.["items"] === undefined ? [answer ?? null] : list(answer["items"]);
  const entries = objects.map(
    (object) => [text(getPath(object, "metadata", "uid")), object] as const,
  );
  return new Map(entries.filter((entry): entry is [string, Json] => entry[0] !== undefined));
}
