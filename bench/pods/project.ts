import { ROOT } from "../../infra/root.ts";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { mustPulumi } from "../lane-cluster.ts";
import type { RealCluster } from "./cluster.ts";
import { IMAGES } from "./images.ts";

const STACK = "bench";
const POLL_MS = 200;

/** The app's name, and that of its namespace. */
export const APP = "four-callbacks";
/** Under which the way in from outside knows it. */
export const APP_HOST = "four-callbacks.example";

/** What a stack file says of the app, apart from its name. */
export interface Wanted {
  readonly image?: string;
  /** Keys of `dash-scale:app`. */
  readonly app?: Readonly<Record<string, unknown>>;
  /** `dash-scale:scale.web`. */
  readonly web: Readonly<Record<string, unknown>>;
  /** Seconds that a callback takes; default: as the app has it, 2. */
  readonly seconds?: number;
  /** The line of `web`; default: that of the example. */
  readonly command?: string;
}

/** A pod of the app. */
export interface AppPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ready: boolean;
}

/**
 * The example app as a Pulumi project with a stack of its own, which is changed by its stack file
 * and `pulumi up`.
 */
export class AppProject {
  readonly cluster: RealCluster;
  readonly #folder: string;

  private constructor(cluster: RealCluster, folder: string) {
    this.cluster = cluster;
    this.#folder = folder;
  }

  static async create(cluster: RealCluster): Promise<AppProject> {
    const folder = await mkdtemp(join(tmpdir(), "dash-scale-bench-"));
    for (const part of ["Pulumi.yaml", "package.json", "infra", "components", "examples"]) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    await mkdir(join(folder, "stacks"));
    const project = new AppProject(cluster, folder);
    await project.#pulumi("stack", "init", STACK);
    return project;
  }

  /**
   * Writes the stack file and brings the cluster to it; returns the seconds that `pulumi up` took.
   */
  async up(wanted: Wanted): Promise<number> {
    await this.#write(wanted);
    const begin = performance.now();
    await this.#pulumi("up", "--yes", "--skip-preview", "--stack", STACK);
    return (performance.now() - begin) / 1000;
  }

  /** Removes the app from the cluster, to its last pod. */
  async destroy(): Promise<void> {
    await this.#pulumi("destroy", "--yes", "--skip-preview", "--stack", STACK);
  }

  /** Its folder; the state is in the cluster's folder and goes with it. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Pods of a process type that are not about to end. */
  async pods(type = "web"): Promise<AppPod[]> {
    const selector = `app.kubernetes.io/component=${type}`;
    const args = ["-n", APP, "get", "pods", "-l", selector, "-o", "json"];
    const { items }: { items: KubernetesPod[] } = JSON.parse(await this.cluster.kubectl(args));
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata, spec, status }) => ({
        name: metadata.name,
        uid: metadata.uid,
        node: spec.nodeName ?? "",
        ready:
          status.conditions?.some((it) => it.type === "Ready" && it.status === "True") ?? false,
      }));
  }

  /**
   * Waits until no pod is there but those that stay: what ends still takes memory and processors.
   */
  async settled(): Promise<void> {
    for (;;) {
      const args = ["-n", APP, "get", "pods", "-o", "json"];
      const { items }: { items: KubernetesPod[] } = JSON.parse(await this.cluster.kubectl(args));
      if (items.every(({ metadata }) => metadata.deletionTimestamp === undefined)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, POLL_MS);
      await promise;
    }
  }

  /** The address of a Service. */
  async address(service = `${APP}-web`, namespace = APP): Promise<string> {
    const path = "jsonpath={.spec.clusterIP}";
    return this.cluster.kubectl(["-n", namespace, "get", "service", service, "-o", path]);
  }

  async #write({ image = IMAGES.app, app = {}, web, seconds, command }: Wanted): Promise<void> {
    const example = join(this.#folder, "examples", APP);
    if (command !== undefined) await writeFile(join(example, "Procfile"), `web: ${command}\n`);
    else await cp(join(ROOT, "examples", APP, "Procfile"), join(example, "Procfile"));
    const env = seconds === undefined ? {} : { env: { CALLBACK_SECONDS: String(seconds) } };
    const config = {
      "dash-scale:app": {
        name: APP,
        procfile: `examples/${APP}/Procfile`,
        image,
        proxyImage: IMAGES.haproxy,
        ...env,
        ...app,
      },
      "dash-scale:scale": { web },
    };
    await writeFile(join(this.#folder, "stacks", `Pulumi.${STACK}.yaml`), stringify({ config }));
  }

  #pulumi(...args: string[]): Promise<void> {
    return mustPulumi(this.cluster, this.#folder, args);
  }
}

interface KubernetesPod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}
