import type { ChildProcess } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import type http from "node:http";
import { join } from "node:path";
import process from "node:process";
import { projectCopy, started } from "../support/command.ts";

/** Where the page is, and with which token. */
export interface Served {
  readonly address: string;
  readonly origin: string;
  readonly token: string;
  readonly child: ChildProcess;
}

/** A copy of the project with a Pulumi that answers what a test says. */
export class PageProject {
  readonly folder: string;
  readonly #children: ChildProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<PageProject> {
    const folder = await projectCopy();
    const project = new PageProject(folder);
    await mkdir(join(folder, "bin"));
    await mkdir(project.pulumi);
    await cp(join(import.meta.dirname, "fake-pulumi.mjs"), join(folder, "bin/pulumi"));
    process.env["FAKE_PULUMI"] = project.pulumi;
    process.env["XDG_STATE_HOME"] = join(folder, "state");
    await project.says("outputs.json", JSON.stringify(outputs(2)));
    await project.says("history.json", JSON.stringify(HISTORY));
    await project.says("preview.json", JSON.stringify(PREVIEW));
    return project;
  }

  get pulumi(): string {
    return join(this.folder, "pulumi-says");
  }

  get file(): string {
    return join(this.folder, "stacks/Pulumi.dev.yaml");
  }

  get procfile(): string {
    return join(this.folder, "examples/four-callbacks/Procfile");
  }

  text(): Promise<string> {
    return readFile(this.file, "utf8");
  }

  /** What the Pulumi here says from now on. */
  says(name: string, text: string): Promise<void> {
    return writeFile(join(this.pulumi, name), text);
  }

  /** The command lines that Pulumi was run with. */
  async asked(): Promise<string[]> {
    const text = await readFile(join(this.pulumi, "asked"), "utf8").catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  }

  async replace(before: string, after: string): Promise<void> {
    await writeFile(this.file, (await this.text()).replace(before, after));
  }

  async useCluster(kubeconfig: string): Promise<void> {
    await writeFile(join(this.folder, "kubeconfig"), kubeconfig.replaceAll('"a"', '"dev"'));
  }

  /** Starts `dash-scale page`. */
  async serve(...flags: string[]): Promise<Served> {
    const { child, ended } = started(this.folder, ["page", ...flags], join(this.folder, "bin"));
    this.#children.push(child);
    let said = "";
    const address = await new Promise<string>((found, failed) => {
      child.stdout?.on("data", (text: string) => {
        said += text;
        const [url] = /http:\S+#token=\S+/.exec(said) ?? [];
        if (url !== undefined) found(url);
      });
      void ended.then(({ stderr }) => failed(new Error(stderr)));
    });
    const url = new URL(address);
    return { address, origin: url.origin, token: url.hash.replace("#token=", ""), child };
  }

  async remove(): Promise<void> {
    await this.says("go", "");
    for (const child of this.#children) child.kill("SIGTERM");
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

const outputs = (web: number) => ({
  processes: {
    web: {
      deployment: "four-callbacks-web",
      replicas: web,
      memory: "1Gi",
      cpu: "500m",
      storage: "2Gi",
      surgePods: 1,
      spread: "preferred",
    },
  },
  totals: { pods: web, memory: "1Gi", cpu: "500m", surgePods: 1 },
});

const HISTORY = [2, 3].map((web, index) => ({
  kind: "update",
  startTime: `2026-11-28T1${6 - index}:04:00.000Z`,
  endTime: `2026-11-28T1${6 - index}:04:12.000Z`,
  message: `dash-scale: web=${web} (by ann, dash-scale)`,
  environment: {},
  config: {
    "dash-scale:scale": { objectValue: { web }, value: JSON.stringify({ web }), secret: false },
    "dash-scale:app": { objectValue: { env: { TOKEN: "canary-in-history" } }, secret: false },
  },
  result: "succeeded",
}));

const step = (type: string, name: string, op: string) => ({
  op,
  urn: `urn:pulumi:dev::dash-scale::dash-scale:index:App$kubernetes:${type}::${name}`,
  newState: { custom: true, inputs: { env: "canary-in-preview" } },
});
const PREVIEW = {
  steps: [step("apps/v1:Deployment", "four-callbacks-web", "update")],
  diagnostics: [],
  config: { "dash-scale:app": "canary-in-preview" },
};
export const PREVIEW_OF_MORE = {
  ...PREVIEW,
  steps: [...PREVIEW.steps, step("apps/v1:Deployment", "four-callbacks-beat", "create")],
  diagnostics: [
    { severity: "warning", message: "warning: web: 2 of 6 replicas will wait for a node\n" },
  ],
};

/** A pod of `web` on a node; without one, it waits. */
export const pod = (name: string, node?: string) => ({
  metadata: { name, resourceVersion: "1", labels: { "app.kubernetes.io/component": "web" } },
  spec: {
    ...(node === undefined ? {} : { nodeName: node }),
    containers: [
      {
        env: [{ name: "TOKEN", value: "canary-in-pod" }],
        resources: { requests: { memory: "512Mi", cpu: "250m" } },
      },
    ],
  },
  status: {
    conditions:
      node === undefined
        ? [{ type: "PodScheduled", status: "False", message: "0/2 nodes are available: no room" }]
        : [{ type: "Ready", status: "True" }],
  },
});

/** The objects of a cluster; watches stay open and get what `tell` is given. */
export class FakeCluster {
  pods: object[] = [pod("web-a", "node-a"), pod("web-b", "node-b")];
  deployments: object[] = [];
  readonly #watches = new Set<http.ServerResponse>();

  answer = ({ pathname, searchParams }: URL, response: http.ServerResponse): void => {
    if (searchParams.has("watch")) {
      response.writeHead(200);
      response.flushHeaders();
      if (!pathname.endsWith("/pods")) return;
      this.#watches.add(response);
      response.once("close", () => this.#watches.delete(response));
      return;
    }
    if (pathname.includes("metrics.k8s.io")) return void response.writeHead(404).end("{}");
    const nodes = ["a", "b"].map((name) => ({
      metadata: { name: `node-${name}`, labels: { "topology.kubernetes.io/zone": `zone-${name}` } },
    }));
    const items = pathname.endsWith("/nodes")
      ? nodes
      : pathname.endsWith("/pods")
        ? this.pods
        : this.deployments;
    response.end(JSON.stringify({ metadata: { resourceVersion: "1" }, items }));
  };

  /** Tells everybody who watches that a pod has changed. */
  tell(type: "ADDED" | "DELETED", object: object): void {
    for (const response of this.#watches) response.write(`${JSON.stringify({ type, object })}\n`);
  }

  get watchers(): number {
    return this.#watches.size;
  }
}
