import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../infra/root.ts";
import type { RealCluster } from "../nodes/cluster.ts";
import { podsOf, serviceAddress, settled, type AppPod } from "../nodes/pods.ts";
import { BenchStack } from "../nodes/stack.ts";
import { IMAGES } from "./images.ts";

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
  /** Further process types, and their lines. */
  readonly others?: Readonly<Record<string, string>>;
  /** Keys of `dash-scale:processes`. */
  readonly processes?: Readonly<Record<string, unknown>>;
}

/** The example app as a Pulumi project with a stack of its own. */
export class AppProject {
  readonly cluster: RealCluster;
  readonly #stack: BenchStack;

  private constructor(stack: BenchStack) {
    this.cluster = stack.cluster;
    this.#stack = stack;
  }

  static async create(cluster: RealCluster): Promise<AppProject> {
    return new AppProject(await BenchStack.create(cluster));
  }

  /**
   * Writes the stack file and brings the cluster to it; returns the seconds that `pulumi up` took.
   */
  async up(wanted: Wanted): Promise<number> {
    await this.#write(wanted);
    return this.#stack.up();
  }

  /** The same where a failure is looked at: what `pulumi up` said, or undefined where it succeeded. */
  async failureOf(wanted: Wanted): Promise<string | undefined> {
    await this.#write(wanted);
    const { status, stdout, stderr } = await this.#stack.tryUp();
    return status === 0 ? undefined : `${stdout}\n${stderr}`;
  }

  /** Removes the app from the cluster, to its last pod. */
  async destroy(): Promise<void> {
    await this.#stack.destroy();
  }

  async remove(): Promise<void> {
    await this.#stack.remove();
  }

  /** Pods of a process type that are not about to end. */
  async pods(type = "web"): Promise<AppPod[]> {
    return podsOf(this.cluster, APP, type);
  }

  /**
   * Waits until no pod is there but those that stay: what ends still takes memory and processors.
   */
  async settled(): Promise<void> {
    await settled(this.cluster, APP);
  }

  /** The address of a Service. */
  async address(service = `${APP}-web`, namespace = APP): Promise<string> {
    return serviceAddress(this.cluster, namespace, service);
  }

  async #write(wanted: Wanted): Promise<void> {
    const { image = IMAGES.app, app = {}, web, seconds, processes } = wanted;
    const procfile = join("examples", APP, "Procfile");
    await writeFile(join(this.#stack.folder, procfile), await linesOf(wanted, procfile));
    const env = seconds === undefined ? {} : { env: { CALLBACK_SECONDS: String(seconds) } };
    await this.#stack.write({
      "dash-scale:app": {
        name: APP,
        procfile,
        image,
        proxyImage: IMAGES.haproxy,
        ...env,
        ...app,
      },
      "dash-scale:scale": { web },
      ...(processes === undefined ? {} : { "dash-scale:processes": processes }),
    });
  }
}

async function linesOf({ command, others = {} }: Wanted, procfile: string): Promise<string> {
  const web =
    command === undefined ? await readFile(join(ROOT, procfile), "utf8") : `web: ${command}\n`;
  const lines = Object.entries(others).map(([type, line]) => `${type}: ${line}\n`);
  return [web, ...lines].join("");
}
