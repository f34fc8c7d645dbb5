import { ROOT } from "../../infra/root.ts";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { parse, stringify } from "yaml";
import type { LocalEnvironment } from "../../local/environment.ts";
import type { RunOptions, RunResult } from "../../commands/system/children.ts";
import { run } from "../../commands/system/children.ts";
import { kubectlWith, mustKubectl } from "./kubectl.ts";
import type { Running } from "./running.ts";
import { startPulumi } from "./running.ts";
import type { Update } from "./update.ts";

const STACK = "test";
const UP = ["--yes", "--skip-preview"];
const PARTS = ["Pulumi.yaml", "package.json", "infra", "components", "commands", "local"];

/** What a project is made of; a test changes what it is about. */
export interface Given {
  /** Names the app, and so its namespace: one for each test file, since they share a cluster. */
  readonly name: string;
  readonly procfile: string;
  readonly app?: Readonly<Record<string, unknown>>;
  readonly scale?: unknown;
  /** Further `dash-scale:` keys. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A pod that is not on its way out. */
export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ready: boolean;
  readonly address: string;
  readonly image: string;
  /** Names of the Secrets that its environment comes from. */
  readonly secrets: readonly string[];
}

/**
 * A copy of this project in a folder of its own, as a user has one, with a stack on the test
 * suite's cluster.
 */
export class Project {
  readonly folder: string;
  /** Leads to another cluster than the test suite's, where it is set. */
  kubeconfig: string | undefined;
  readonly #environment: LocalEnvironment;
  #given: Given;
  #updates = 0;

  private constructor(folder: string, environment: LocalEnvironment, given: Given) {
    this.folder = folder;
    this.#environment = environment;
    this.#given = given;
  }

  static async create(environment: LocalEnvironment, given: Given): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "dash-scale-e2e-"));
    for (const part of PARTS) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    await mkdir(join(folder, "stacks"));
    // Stacks of one project share a backend, and their names must differ.
    const project = join(folder, "Pulumi.yaml");
    const yaml = await readFile(project, "utf8");
    await writeFile(project, yaml.replace(/^name: .*$/m, `name: e2e-${given.name}`));
    const created = new Project(folder, environment, given);
    await created.change({});
    await created.mustPulumi("stack", "init", STACK);
    return created;
  }

  get namespace(): string {
    return this.#given.name;
  }

  get stackFile(): string {
    return join(this.folder, "stacks", `Pulumi.${STACK}.yaml`);
  }

  /** Writes a file into the project's folder, and gives its path. */
  async write(name: string, text: string): Promise<string> {
    const file = join(this.folder, name);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  }

  /** Rewrites Procfile and stack file; secrets and keys of others that were set stay. */
  async change(changes: Partial<Given>): Promise<void> {
    this.#given = { ...this.#given, ...changes };
    const { name, procfile, app, scale, more = {} } = this.#given;
    const further = Object.entries(more).map(([key, value]) => [`dash-scale:${key}`, value]);
    await writeFile(join(this.folder, "Procfile"), procfile);
    const old: unknown = parse(await readFile(this.stackFile, "utf8").catch(() => "{}"));
    const config = {
      ...Object.fromEntries(Object.entries(configIn(old)).filter(([key]) => stays(key))),
      "dash-scale:app": { name, image: "registry.example.com/shop:1", ...app },
      ...(scale === undefined ? {} : { "dash-scale:scale": scale }),
      ...Object.fromEntries(further),
    };
    const kept = typeof old === "object" && old !== null ? old : {};
    await writeFile(this.stackFile, stringify({ ...kept, config }));
  }

  up(...flags: string[]): Promise<Update> {
    return this.#update("up", [...UP, ...flags]);
  }

  /** The same, with further variables in its environment. */
  async mustUpWith(env: NodeJS.ProcessEnv): Promise<Update> {
    const update = await this.#update("up", UP, env);
    if (update.status !== 0) throw new Error(update.output);
    return update;
  }

  /** An `up` that must succeed; a failure is an exception with all that was printed. */
  async mustUp(...flags: string[]): Promise<Update> {
    const update = await this.up(...flags);
    if (update.status !== 0) throw new Error(update.output);
    return update;
  }

  /** An `up` that is previewed first, as Pulumi does by itself. */
  upAsPeopleDo(...flags: string[]): Promise<Update> {
    return this.#update("up", ["--yes", ...flags]);
  }

  /** Starts an `up`, for a test that does something to it while it goes on. */
  begin(...flags: string[]): Running {
    return this.#begin(["up", ...UP, ...flags]);
  }

  preview(...flags: string[]): Promise<Update> {
    return this.#update("preview", flags);
  }

  destroy(...flags: string[]): Promise<Update> {
    return this.#update("destroy", ["--yes", "--skip-preview", ...flags]);
  }

  /** Runs `dash-scale drift` as somebody does who has Pulumi and kubectl on the PATH. */
  drift(env: NodeJS.ProcessEnv = {}, ...flags: string[]): Promise<RunResult> {
    const { programs } = this.#environment;
    const path = [dirname(programs.kubectl), this.#environment.env["PATH"]].join(delimiter);
    const args = ["commands/dash-scale.mjs", "drift", "--stack", STACK, ...flags];
    return run(process.execPath, args, {
      cwd: this.folder,
      env: { ...this.#environment.env, PATH: path, ...env },
    });
  }

  /** Runs a verb of `dash-scale`. */
  command(verb: string, ...flags: string[]): Promise<RunResult> {
    const args = ["commands/dash-scale.mjs", verb, ...flags];
    return run(process.execPath, args, { cwd: this.folder, env: this.#environment.env });
  }

  /** Runs any command of Pulumi on the stack. */
  pulumi(...args: string[]): Promise<RunResult> {
    return this.#pulumi(args);
  }

  /** Runs any command of Pulumi that must succeed, and gives what it prints. */
  async mustPulumi(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.#pulumi(args);
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /**
   * Sets a secret as Pulumi's documentation has it: the value on standard input, where no list of
   * processes shows it.
   */
  async setSecret(name: string, value: string): Promise<void> {
    await this.setSecretAt(`dash-scale:secrets.${name}`, value);
  }

  /** Sets any key of the stack to a secret. */
  async setSecretAt(path: string, input: string): Promise<void> {
    const args = ["config", "set", "--secret", "--path", path];
    const { status, stderr } = await this.#pulumi(args, { input });
    if (status !== 0) throw new Error(stderr);
  }

  /** What the stack gives out, in plain values. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse(await this.mustPulumi("stack", "output", "--json"));
  }

  /** The whole state as it is stored, as text. */
  state(): Promise<string> {
    return this.mustPulumi("stack", "export");
  }

  /** Runs kubectl on the project's cluster; a failure is an exception with its reason. */
  kubectl(...args: string[]): Promise<string> {
    return mustKubectl(this.#environment, args, { env: this.#cluster() });
  }

  /** Applies an object as somebody with kubectl would. */
  apply(object: unknown, ...flags: string[]): Promise<void> {
    return kubectlWith(this.#environment, object, ["apply", ...flags]);
  }

  /** Puts an object in the place of the one of its name. */
  replace(object: unknown, ...flags: string[]): Promise<void> {
    return kubectlWith(this.#environment, object, ["replace", ...flags]);
  }

  /** Posts an object to a path of the API. */
  create(path: string, object: unknown): Promise<void> {
    return kubectlWith(this.#environment, object, ["create", "--raw", path]);
  }

  /** The UID of the cluster's namespace `kube-system`. */
  clusterUid(): Promise<string> {
    return this.kubectl("get", "namespace", "kube-system", "--output", "jsonpath={.metadata.uid}");
  }

  async deployments(): Promise<
    { name: string; uid: string; generation: number; replicas: number }[]
  > {
    const found = await this.#list<KubernetesDeployment>("deployments");
    return found.map(({ metadata, spec }) => ({
      name: metadata.name,
      uid: metadata.uid,
      generation: metadata.generation,
      replicas: spec.replicas,
    }));
  }

  /** The pods of a process type, sorted by uid. */
  async pods(type: string): Promise<Pod[]> {
    const found = await this.#list<KubernetesPod>("pods", `app.kubernetes.io/component=${type}`);
    return found
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata, spec, status }) => ({
        name: metadata.name,
        uid: metadata.uid,
        node: spec.nodeName ?? "",
        ready:
          status.conditions?.some((it) => it.type === "Ready" && it.status === "True") ?? false,
        address: status.podIP ?? "",
        image: spec.containers[0]?.image ?? "",
        secrets: spec.containers.flatMap(({ envFrom = [] }) =>
          envFrom.map((it) => it.secretRef.name),
        ),
      }))
      .sort((a, b) => (a.uid < b.uid ? -1 : 1));
  }

  /** Addresses of the ready endpoints of a Service, sorted. */
  async endpoints(service: string): Promise<string[]> {
    const slices = await this.#list<EndpointSlice>(
      "endpointslices",
      `kubernetes.io/service-name=${service}`,
    );
    return slices
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions.ready)
      .flatMap(({ addresses }) => addresses)
      .sort();
  }

  /** Names and UIDs of the objects of a kind, sorted by name. */
  async objects(kind: string): Promise<{ name: string; uid: string }[]> {
    const found = await this.#list<{ metadata: { name: string; uid: string } }>(kind);
    return found
      .map(({ metadata: { name, uid } }) => ({ name, uid }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Removes the project, its stack and whatever the test left in the cluster. */
  async remove(): Promise<void> {
    await this.#pulumi(["cancel", "--yes"]);
    await this.destroy();
    await this.#pulumi(["stack", "rm", "--yes", "--force"]);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #list<Item>(kind: string, selector = ""): Promise<Item[]> {
    const args = [
      "get",
      kind,
      "--namespace",
      this.namespace,
      "--selector",
      selector,
      "--output",
      "json",
    ];
    const { items }: { items: Item[] } = JSON.parse(await this.kubectl(...args));
    return items;
  }

  #update(command: string, flags: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Update> {
    return this.#begin([command, ...flags], env).ended;
  }

  #begin(words: readonly string[], more: NodeJS.ProcessEnv = {}): Running {
    const { args, options } = this.#command(words);
    const { programs, env } = this.#environment;
    return startPulumi(programs.pulumi, args, {
      cwd: options.cwd,
      env: { ...env, ...options.env, ...more },
      eventLog: this.#newEventLog(),
    });
  }

  #cluster(): NodeJS.ProcessEnv {
    return this.kubeconfig === undefined ? {} : { KUBECONFIG: this.kubeconfig };
  }

  #newEventLog(): string {
    this.#updates += 1;
    return join(this.folder, `events-${this.#updates}.log`);
  }

  #pulumi(args: readonly string[], given: RunOptions = {}) {
    const { args: all, options } = this.#command(args);
    const env = { ...options.env, ...given.env };
    return this.#environment.pulumi(all, { ...options, ...given, env });
  }

  #command(args: readonly string[]) {
    const stack = args[0] === "stack" && args[1] === "init" ? [] : ["--stack", STACK];
    const plain = ["--non-interactive", "--color", "never"];
    // Without it the CLI does not know `--event-log`.
    const env = { PULUMI_DEBUG_COMMANDS: "true", ...this.#cluster() };
    return { args: [...args, ...stack, ...plain], options: { cwd: this.folder, env } };
  }
}

interface KubernetesDeployment {
  readonly metadata: { readonly name: string; readonly uid: string; readonly generation: number };
  readonly spec: { readonly replicas: number };
}

interface EndpointSlice {
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions: { readonly ready: boolean };
  }[];
}

interface KubernetesPod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly {
      readonly image: string;
      readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[];
    }[];
  };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

function stays(key: string): boolean {
  return key === "dash-scale:secrets" || !key.startsWith("dash-scale:");
}

function configIn(stackFile: unknown): object {
  if (typeof stackFile !== "object" || stackFile === null || !("config" in stackFile)) return {};
  const { config } = stackFile;
  return typeof config === "object" && config !== null ? config : {};
}
