import type { SecretKey } from "../../components/manifest/pod.ts";
import {
  DIGEST_PREFIX,
  digestAnnotation,
  digestKeyName,
  secretDigest,
  usedKeys,
} from "../../components/manifest/secret-digest.ts";
import type { Json } from "../../infra/cluster/json.ts";
import { getPath, list, object, parseObject, text } from "../../infra/cluster/json.ts";
import { secretData } from "../../infra/cluster/secrets.ts";
import { run } from "../system/children.ts";
import { livingObjects } from "./cluster.ts";
import type { Examined, Report } from "./report.ts";
import type { StackTools } from "./stack-tools.ts";

/** A Secret of somebody else's that is not as the pods that use it have it. */
export interface ChangedSecret {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly change: "changed" | "deleted";
  /** The Deployments whose pods have the values of before. */
  readonly usedBy: readonly string[];
}

export interface SecretReport {
  readonly changed: readonly ChangedSecret[];
  /** What could not be found out, and why. */
  readonly unknown: readonly string[];
}

/** One use of a Secret by the pods of a Deployment, with the digest that they got. */
interface SecretUse {
  readonly app: string;
  readonly deployment: string;
  readonly namespace: string | undefined;
  readonly secret: string;
  readonly keys: ReadonlySet<string>;
  readonly digest: string;
}

/** Where a stack's tools are asked, until when. */
interface Access {
  readonly stack: string;
  readonly tools: StackTools;
  readonly signal: AbortSignal;
}

/**
 * Which Secrets of services have changed since the last `pulumi up`: each is read once, its digest
 * is made with the key from the stack's state, and compared with that of the pods. Neither key nor
 * values leave this process.
 */
export async function changedSecrets(report: Report, access: Access): Promise<SecretReport> {
  // Pulumi reports objects in the order in which the API server answers.
  const objects = report.objects.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
  const uses = objects.flatMap(usesIn);
  if (uses.length === 0) return { changed: [], unknown: [] };
  const keys = await digestKeys(access);
  if (typeof keys === "string")
    return { changed: [], unknown: [`Whether Secrets have changed is unknown: ${keys}`] };
  const bySecret = Map.groupBy(uses, ({ namespace, secret }) => `${namespace} ${secret}`);
  const found = await Promise.all(
    [...bySecret.values()].map((group) => compared(group, { report, keys, access })),
  );
  return {
    changed: found.flatMap((it) => (typeof it === "string" ? [] : (it ?? []))),
    unknown: found.filter((it) => typeof it === "string"),
  };
}

function usesIn({ kind, name, namespace, applied }: Examined): SecretUse[] {
  const template = getPath(applied, "spec", "template");
  if (kind !== "Deployment" || template === undefined) return [];
  const app = text(getPath(template, "metadata", "labels", "app.kubernetes.io/name")) ?? "";
  const annotations = object(getPath(template, "metadata", "annotations"));
  if (!Object.keys(annotations).some((key) => key.startsWith(DIGEST_PREFIX))) return [];
  return [...usedKeys(secretKeysIn(template))].flatMap(([secret, keys]) => {
    const digest = text(annotations[digestAnnotation(secret)]);
    const use = { app, deployment: name, namespace, secret, keys };
    return digest === undefined ? [] : [{ ...use, digest }];
  });
}

function secretKeysIn(template: Json): SecretKey[] {
  return list(getPath(template, "spec", "containers"))
    .flatMap((container) => list(getPath(container, "env")))
    .flatMap((variable) => {
      const reference = getPath(variable, "valueFrom", "secretKeyRef");
      const [secret, key] = ["name", "key"].map((field) => text(getPath(reference, field)));
      return secret === undefined || key === undefined ? [] : [{ secret, key }];
    });
}

/** The keys of the stack's digests, by their names; a text says why they are not known. */
async function digestKeys({ stack, tools, signal }: Access): Promise<Map<string, string> | string> {
  const args = ["stack", "export", "--show-secrets", "--stack", stack, "--non-interactive"];
  const { status, stdout, stderr } = await run(tools.pulumi, args, {
    env: tools.env,
    cwd: tools.project,
    signal,
  });
  const resources = getPath(parseObject(stdout), "deployment", "resources");
  if (status !== 0 || resources === undefined)
    return stderr.trim().split("\n")[0] ?? "Pulumi does not give out the stack's state";
  const stashes = list(resources).filter(
    (resource) => getPath(resource, "type") === "pulumi:index:Stash",
  );
  return new Map(
    stashes.flatMap((stash): [string, string][] => {
      const name = text(getPath(stash, "urn"))?.split("::").at(-1);
      const key = plainText(getPath(stash, "outputs", "output"));
      return name === undefined || key === undefined ? [] : [[name, key]];
    }),
  );
}

/** A secret that the state shows is JSON in a field of its own. */
function plainText(value: Json | undefined): string | undefined {
  const plaintext = text(getPath(value, "plaintext"));
  if (plaintext === undefined) return text(value);
  const shown: unknown = JSON.parse(plaintext);
  return typeof shown === "string" ? shown : undefined;
}

async function compared(
  uses: readonly SecretUse[],
  {
    report,
    keys,
    access,
  }: {
    readonly report: Report;
    readonly keys: ReadonlyMap<string, string>;
    readonly access: Access;
  },
): Promise<ChangedSecret | string | undefined> {
  const [first] = uses;
  if (first === undefined) return undefined;
  const { secret: name, namespace } = first;
  const reference = { apiVersion: "v1", kind: "Secret", name, namespace };
  const { objects, unknown } = await livingObjects(
    [reference],
    report,
    access.tools,
    access.signal,
  );
  if (unknown !== undefined) return `Whether Secret ${name} has changed is unknown: ${unknown}`;
  const [live] = objects.values();
  const data = secretData(live);
  const usedBy = uses
    .filter(({ app, keys: used, digest }) => {
      const key = keys.get(digestKeyName(app)) ?? "";
      return secretDigest(key, { secret: name, keys: used, data }) !== digest;
    })
    .map(({ deployment }) => deployment);
  if (usedBy.length === 0) return undefined;
  return { name, namespace, change: live === undefined ? "deleted" : "changed", usedBy };
}
