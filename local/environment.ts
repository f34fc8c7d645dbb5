import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { ControlPlane } from "./cluster/control-plane.ts";
import { writeKubeconfig } from "./cluster/kubeconfig.ts";
import { ensureNodes, type SimulatedNodes } from "./cluster/nodes.ts";
import { hasCode, CommandError } from "../commands/system/errors.ts";
import { toolsFolder, type LocalPaths } from "./paths.ts";
import { ROOT } from "../infra/root.ts";
import { providePlugins, type Plugins } from "./pulumi/plugins.ts";
import { clusterNames } from "./pulumi/stack-files.ts";
import { run, type RunOptions, type RunResult } from "../commands/system/children.ts";
import { provideNode } from "./system/own-node.ts";
import type { Reporter } from "./system/progress.ts";
import { toolSets } from "./tools/catalogue.ts";
import { findTools, type FoundTools, type Search } from "./tools/find.ts";
import type { Programs } from "./tools/on-path.ts";
import { versions } from "./versions.ts";

/** A local cluster with a Pulumi that is set up for it. */
export interface LocalEnvironment {
  readonly paths: LocalPaths;
  /** Whose language host and Kubernetes plugin are in use. */
  readonly plugins: Plugins;
  /**
   * The environment for Pulumi and kubectl: their own folders, the local cluster, no way to the
   * person's own ones.
   */
  readonly env: NodeJS.ProcessEnv;
  /** The programs themselves. */
  readonly programs: { readonly pulumi: string; readonly kubectl: string };
  /**
   * Runs pulumi in the project's root (or in `options.cwd`) and collects what it prints; never
   * throws for a status.
   */
  readonly pulumi: (args: readonly string[], options?: RunOptions) => Promise<RunResult>;
  /** The same for kubectl. */
  readonly kubectl: (args: readonly string[], options?: RunOptions) => Promise<RunResult>;
}

/** What `dash-scale local start` found, kept for the commands that come after it. */
interface StartRecord {
  readonly plugins: Plugins;
  readonly pulumi: string;
  readonly kubectl: string;
}

export interface StartOptions {
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** The project whose stack files name contexts; default: this checkout. */
  readonly project?: string;
  /** Default: four simulated ones. */
  readonly nodes?: SimulatedNodes | RealNodes;
}

/** Somebody else adds the nodes, in networks that this machine's loopback is not part of. */
interface RealNodes {
  /** Addresses by which they reach the API server, for its certificate. */
  readonly serverAddresses: readonly string[];
}

/**
 * Finds or makes the tools, and starts what does not run yet. Quick, and without effect, when
 * everything does.
 */
export async function startEnvironment(
  paths: LocalPaths,
  { report, signal, project = ROOT, nodes }: StartOptions,
): Promise<LocalEnvironment> {
  const search: Search = { folder: toolsFolder(), report, signal };
  const programs = await allTools(search);
  await mkdir(paths.folder, { recursive: true, mode: 0o700 });
  await startCluster(paths, programs, search, nodes);
  await writeAccess(paths, project);
  const pulumi = programs["pulumi"] ?? "pulumi";
  const plugins = await providePlugins(paths, pulumi, search);
  await mkdir(paths.state, { recursive: true, mode: 0o700 });
  const record: StartRecord = { plugins, pulumi, kubectl: programs["kubectl"] ?? "kubectl" };
  await writeFile(paths.record, JSON.stringify(record), { mode: 0o600 });
  return environmentOf(paths, record);
}

/**
 * What {@link startEnvironment} has started before.
 *
 * @throws CommandError when nothing has been started in this folder, or when it no longer runs.
 */
export async function openEnvironment(
  paths: LocalPaths,
  project: string = ROOT,
): Promise<LocalEnvironment> {
  const record = await readRecord(paths.record);
  if (!record)
    throw new CommandError(
      "The local cluster has not been started yet. Start it: npx dash-scale local start",
    );
  if (!(await new ControlPlane(paths.controlPlane).runs())) {
    throw new CommandError(
      "The local cluster no longer runs. Start it again: npx dash-scale local start",
    );
  }
  await writeAccess(paths, project);
  return environmentOf(paths, record);
}

async function allTools(search: Search): Promise<Programs> {
  const found: [string, FoundTools][] = [];
  for (const set of Object.values(toolSets)) found.push([set.name, await findTools(set, search)]);
  const said = found.map(([name, { version, origin }]) => `${name} ${version} (${origin})`);
  search.report.say(`Tools: ${said.join(", ")}`);
  return Object.fromEntries(found.flatMap(([, { programs }]) => Object.entries(programs)));
}

async function startCluster(
  paths: LocalPaths,
  programs: Programs,
  search: Search,
  nodes: StartOptions["nodes"],
): Promise<void> {
  const realNodes = nodes && "serverAddresses" in nodes ? nodes : undefined;
  const simulated = nodes && "perZone" in nodes ? nodes : undefined;
  const controlPlane = new ControlPlane(paths.controlPlane, realNodes?.serverAddresses);
  if (await controlPlane.runs()) {
    search.report.say("Control plane: runs already");
    return;
  }
  const activity = search.report.begin("Control plane: starting");
  try {
    await controlPlane.start(programs, search.signal);
    const env = await clusterEnvironment(controlPlane, paths);
    if (!realNodes) {
      const kubectl = programs["kubectl"] ?? "kubectl";
      await ensureNodes(kubectl, { env, signal: search.signal }, simulated);
    }
  } catch (error) {
    await controlPlane.stop();
    throw error;
  } finally {
    activity.end();
  }
  search.report.say(
    `Control plane: Kubernetes ${versions.kubernetes}, started in ${activity.elapsed()}`,
  );
}

async function clusterEnvironment(
  controlPlane: ControlPlane,
  paths: LocalPaths,
): Promise<NodeJS.ProcessEnv> {
  await writeKubeconfig(paths.kubeconfig, await controlPlane.access(), []);
  return { ...process.env, ...kubernetesVariables(paths) };
}

/** What leads programs to the cluster, and to the Node.js that they need. */
async function writeAccess(paths: LocalPaths, project: string): Promise<void> {
  await provideNode(paths.bin);
  const access = await new ControlPlane(paths.controlPlane).access();
  await writeKubeconfig(paths.kubeconfig, access, await clusterNames(project));
}

function environmentOf(paths: LocalPaths, record: StartRecord): LocalEnvironment {
  const env = pulumiEnvironment(paths, record);
  const runIn =
    (program: string) =>
    (args: readonly string[], options: RunOptions = {}) =>
      run(program, args, { cwd: ROOT, ...options, env: { ...env, ...options.env } });
  return {
    paths,
    plugins: record.plugins,
    env,
    programs: { pulumi: record.pulumi, kubectl: record.kubectl },
    pulumi: runIn(record.pulumi),
    kubectl: runIn(record.kubectl),
  };
}

/**
 * Of the person's own Pulumi settings only the passphrase counts here: the others lead to other
 * backends and logins.
 */
function pulumiEnvironment(paths: LocalPaths, { pulumi, plugins }: StartRecord): NodeJS.ProcessEnv {
  const passphrase = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("PULUMI_") || passphrase.includes(name),
  );
  const env = Object.fromEntries(inherited);
  if (!passphrase.some((name) => name in env)) env["PULUMI_CONFIG_PASSPHRASE"] = "example";
  return {
    ...env,
    ...kubernetesVariables(paths),
    PATH: [paths.bin, dirname(pulumi), env["PATH"] ?? ""].join(delimiter),
    PULUMI_HOME: paths.pulumiHomes[plugins],
    PULUMI_BACKEND_URL: stateIn(paths.state),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
  };
}

/**
 * The URL of a state backend in a folder. Without `metadata=skip` each file has another one beside
 * it, `.attrs`, which is not written in one go: an engine that is killed meanwhile leaves it empty,
 * and the state is not read any more.
 *
 * Source: gocloud.dev/blob/fileblob, "URLOpener".
 */
export function stateIn(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

function kubernetesVariables({ kubeconfig, folder }: LocalPaths): NodeJS.ProcessEnv {
  return { KUBECONFIG: kubeconfig, KUBECACHEDIR: join(folder, "kubectl-cache") };
}

async function readRecord(file: string): Promise<StartRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is StartRecord {
  if (typeof value !== "object" || value === null) return false;
  return ["plugins", "pulumi", "kubectl"].every(
    (key) => typeof Reflect.get(value, key) === "string",
  );
}
