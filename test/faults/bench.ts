import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalEnvironment } from "../../local/environment.ts";
import type { Given } from "../e2e/project.ts";
import { Project } from "../e2e/project.ts";
import type { Running } from "../e2e/running.ts";
import type { Update } from "../e2e/update.ts";
import type { Held } from "./proxy.ts";
import { Proxy } from "./proxy.ts";

interface BenchMore {
  readonly folder: string;
  readonly replicas: Readonly<Record<string, number>>;
}

/** How long pods may take to be gone that are no longer wanted. */
const ENDING_MS = 10_000;
const POLL_MS = 200;

/** What an app of this program may have in a cluster. */
const KINDS = [
  "namespaces",
  "serviceaccounts",
  "secrets",
  "jobs",
  "deployments",
  "services",
].concat(
  ["poddisruptionbudgets", "networkpolicies", "horizontalpodautoscalers", "ingresses"],
  ["statefulsets", "configmaps"],
);

/**
 * An app whose requests to the cluster go through a proxy, while the test itself asks the cluster
 * directly.
 */
export class Bench {
  readonly project: Project;
  readonly proxy: Proxy;
  readonly environment: LocalEnvironment;
  readonly #folder: string;
  /** Of each process type. */
  #replicas: Readonly<Record<string, number>>;
  /** UIDs of the pods that there were before the last change. */
  #before: Readonly<Record<string, readonly string[]>> = {};

  private constructor(parts: Pick<Bench, "project" | "environment" | "proxy">, more: BenchMore) {
    this.project = parts.project;
    this.environment = parts.environment;
    this.proxy = parts.proxy;
    this.#folder = more.folder;
    this.#replicas = more.replicas;
  }

  /** @param more variables for Pulumi */
  static async create(
    environment: LocalEnvironment,
    given: Given & { scale: Scale },
    more: NodeJS.ProcessEnv = {},
  ): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), "dash-scale-faults-"));
    const kubeconfig = join(folder, "kubeconfig");
    const proxy = await Proxy.start(environment, kubeconfig);
    const disturbed = withVariables(environment, { KUBECONFIG: kubeconfig, ...more });
    const project = await Project.create(disturbed, given);
    const parts = { project, environment: disturbed, proxy };
    return new Bench(parts, { folder, replicas: replicasIn(given.scale) });
  }

  async remove(): Promise<void> {
    this.proxy.heal();
    await this.project.remove();
    await this.proxy.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Settles when a request is held; an `up` that ends before that has failed the test. */
  async reached(held: Held, up: Running): Promise<void> {
    const early = up.ended.then(({ output }) => {
      throw new Error(`the up ended before it could be disturbed:\n${output}`);
    });
    await Promise.race([held.reached, early]);
  }

  /** Takes one replica away of each process type of the stack, and gives what comes of it. */
  async scaleDown<Outcome>(bringUp: (project: Project) => Promise<Outcome>): Promise<Outcome> {
    const scale = Object.entries(this.#replicas).map(([type, count]) => [type, count - 1] as const);
    this.#before = await this.#pods();
    this.#replicas = Object.fromEntries(scale);
    await this.project.change({ scale: this.#replicas });
    return bringUp(this.project);
  }

  /** Files by which the state backend says that somebody is at work on the stack. */
  async locks(): Promise<string[]> {
    const folder = join(this.environment.paths.state, ".pulumi", "locks", "organization");
    const files = await readdir(join(folder, `e2e-${this.project.namespace}`), {
      recursive: true,
    }).catch((): string[] => []);
    // The backend counts what it could not write whole, too.
    return files.filter((name) => /\.(json|tmp)$/.test(name));
  }

  /** What the state says of an app, and what the cluster has of it. */
  async standing(): Promise<Standing> {
    const state: unknown = JSON.parse(await this.project.state());
    return { ...standingIn(state), cluster: await this.#objects(), locks: await this.locks() };
  }

  /**
   * What is left of a fault. Nothing, where another `up` has nothing to do, the state has each
   * object once, the cluster has those and no others, nothing is pending or locked, and there are
   * as many pods as wanted, none of them new.
   */
  async leftovers(): Promise<string[]> {
    const { status, output } = await this.project.up("--refresh", "--expect-no-changes");
    const { state, cluster, pending, leaving, locks } = await this.standing();
    return [
      ...(status === 0 ? [] : [output]),
      ...pending.map((it) => `pending: ${it}`),
      ...leaving.map((it) => `to be deleted: ${it}`),
      ...locks.map((it) => `locked by ${it}`),
      ...without(state, cluster).map((it) => `not in the cluster: ${it}`),
      ...without(cluster, state).map((it) => `not in the state: ${it}`),
      ...without([...state], [...new Set(state)]).map((it) => `twice in the state: ${it}`),
      ...(await this.#podsAmiss()),
    ];
  }

  async #podsAmiss(): Promise<string[]> {
    const wanted = JSON.stringify(this.#replicas);
    const deadline = Date.now() + ENDING_MS;
    for (;;) {
      const pods = await this.#pods();
      const now = Object.fromEntries(
        Object.entries(pods).map(([type, { length }]) => [type, length]),
      );
      const fresh = Object.entries(this.#before).flatMap(([type, before]) =>
        without(pods[type] ?? [], before).map((uid) => `new: pod ${uid} of ${type}`),
      );
      if (JSON.stringify(now) === wanted) return fresh;
      if (Date.now() > deadline)
        return [`pods: ${JSON.stringify(now)}, wanted ${wanted}`, ...fresh];
      await sleep(POLL_MS);
    }
  }

  /** UIDs of the pods of each process type. */
  async #pods(): Promise<Record<string, string[]>> {
    const types = Object.keys(this.#replicas);
    const pods = await Promise.all(types.map((type) => this.project.pods(type)));
    return Object.fromEntries(
      types.map((type, index) => [type, (pods[index] ?? []).map(({ uid }) => uid)]),
    );
  }

  async #objects(): Promise<string[]> {
    const namespace = this.project.namespace;
    const label = `app.kubernetes.io/name=${namespace}`;
    const args = ["get", KINDS.join(","), "--all-namespaces", "--selector", label, "-o", "json"];
    const { items }: { items: KubernetesObject[] } = JSON.parse(
      await this.project.kubectl(...args),
    );
    return items.map(nameOf).toSorted();
  }
}

/** How a test says how many replicas there are of each process type. */
type Scale = Readonly<Record<string, number | { readonly replicas: number }>>;

function replicasIn(scale: Scale): Record<string, number> {
  return Object.fromEntries(
    Object.entries(scale).map(([type, it]) => [type, typeof it === "number" ? it : it.replicas]),
  );
}

/** What one list has more than another; an item that is there twice counts twice. */
function without(items: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return items.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

interface Standing {
  /** Kind, name and UID of the objects that the state has, sorted. */
  readonly state: readonly string[];
  /** The same of the cluster. */
  readonly cluster: readonly string[];
  /** What was begun and not seen to its end: `creating Deployment shop-web`. */
  readonly pending: readonly string[];
  /** What has been replaced and is still to be deleted. */
  readonly leaving: readonly string[];
  readonly locks: readonly string[];
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
}

interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly delete?: boolean;
  readonly outputs?: KubernetesObject;
}

interface State {
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly { type: string; resource: StateResource }[];
  };
}

function standingIn(exported: unknown) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Pulumi's own format
  const { resources = [], pending_operations = [] } = (exported as State).deployment;
  const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  return {
    state: objects.map(({ urn, outputs }) => (outputs ? nameOf(outputs) : urn)).toSorted(),
    pending: pending_operations.map(({ type, resource }) => `${type} ${shortName(resource.urn)}`),
    leaving: objects.filter((it) => it.delete === true).map(({ urn }) => shortName(urn)),
  };
}

function nameOf({ kind, metadata: { name, uid } }: KubernetesObject): string {
  return `${kind} ${name} ${uid}`;
}

/** `Deployment shop-web` of a URN. */
function shortName(urn: string): string {
  const [, , type = "", name = ""] = urn.split("::");
  return `${type.split(":").at(-1) ?? ""} ${name}`;
}

/** A failure is an exception with all that was printed. */
export function mustHaveSucceeded({ status, output }: Pick<Update, "status" | "output">): void {
  if (status !== 0) throw new Error(output);
}

/** The same environment with other variables for Pulumi; kubectl stays as it is. */
export function withVariables(
  environment: LocalEnvironment,
  more: NodeJS.ProcessEnv,
): LocalEnvironment {
  return {
    ...environment,
    env: { ...environment.env, ...more },
    pulumi: (args, options = {}) =>
      environment.pulumi(args, { ...options, env: { ...more, ...options.env } }),
  };
}
