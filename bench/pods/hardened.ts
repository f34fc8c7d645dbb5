import { readFile } from "node:fs/promises";
import { run } from "../../commands/system/children.ts";
import { table } from "../markdown.ts";
import { askRounds } from "./ask.ts";
import { exposure } from "./exposures.ts";
import type { Part } from "./part.ts";
import { processesOfPod } from "../nodes/processes.ts";
import type { AppPod } from "../nodes/pods.ts";
import type { AppProject } from "./project.ts";

/** What this machine's kernel says of the first process of a pod. */
interface Hardened {
  readonly pod: string;
  readonly command: string;
  readonly user: string;
  readonly capabilities: string;
  readonly seccomp: string;
  readonly noNewPrivileges: string;
  /** Path -> what became of writing there, as the pod's user. */
  readonly writes: Readonly<Record<string, string>>;
  readonly token: string;
  readonly serviceVariables: number;
}

const USER = 10001;
const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const READ_ONLY = ["/", "/app", "/etc", "/usr/local"];
const WRITABLE = ["/tmp", "/home/app"];
const SECCOMP: Readonly<Record<string, string>> = { "0": "off", "1": "strict", "2": "filter" };

/** The hardened pods run, and are as hard as they are declared. */
export const hardened: Part = {
  title: "The hardened pods",
  measure: async (project) => {
    const { app, target } = exposure("proxy");
    await project.up({ app, web: { replicas: 2, workers: 2 } });
    await project.settled();
    const { signal } = project.cluster;
    const rounds = await askRounds({ target: await target(project), rounds: 3 }, signal);
    const failed = rounds.flatMap(({ failures }) => failures).length;
    const pods = [...(await project.pods("web")), ...(await project.pods("proxy"))];
    const found: Hardened[] = [];
    for (const pod of pods) found.push(await look(pod));
    const restarts = await restartsOf(project);
    return { text: text(found, failed, restarts), data: { failed, restarts, pods: found } };
  },
};

async function look(pod: AppPod): Promise<Hardened> {
  const [first = 0] = await processesOfPod(pod);
  const status = await readFile(`/proc/${first}/status`, "utf8");
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "?";
  const environment = await readFile(`/proc/${first}/environ`, "utf8");
  const writes: Record<string, string> = {};
  for (const path of [...READ_ONLY, ...WRITABLE]) writes[path] = await write(first, path);
  return {
    pod: pod.name,
    command: (await readFile(`/proc/${first}/cmdline`, "utf8")).replaceAll("\0", " ").trim(),
    user: `${field("Uid").split("\t")[1] ?? ""}:${field("Gid").split("\t")[1] ?? ""}`,
    capabilities: `effective ${Number(`0x${field("CapEff")}`)}, bounding ${Number(`0x${field("CapBnd")}`)}`,
    seccomp: SECCOMP[field("Seccomp")] ?? field("Seccomp"),
    noNewPrivileges: field("NoNewPrivs"),
    writes,
    token: (await seen(first, TOKEN)) ? "there" : "none",
    // Those of the API server are always there.
    serviceVariables: environment
      .split("\0")
      .filter((line) => /_SERVICE_HOST=/.test(line) && !line.startsWith("KUBERNETES_")).length,
  };
}

/** Writes a file as the pod's user in the pod's view of the file system. */
async function write(pid: number, folder: string): Promise<string> {
  const script = `file=${folder}/.dash-bench; (: >$file) 2>&1 && rm $file && echo written`;
  const as = ["--mount", `--setuid=${USER}`, `--setgid=${USER}`];
  const words = ["--target", String(pid), ...as, "--", "/bin/sh", "-c", script];
  const { stdout } = await run("nsenter", words);
  return stdout.trim().split(": ").at(-1) ?? "";
}

async function seen(pid: number, path: string): Promise<boolean> {
  const words = ["--target", String(pid), "--mount", "--", "test", "-e", path];
  return (await run("nsenter", words)).status === 0;
}

async function restartsOf({ cluster }: AppProject): Promise<number> {
  const path = "jsonpath={.items[*].status.containerStatuses[*].restartCount}";
  const counts = await cluster.kubectl(["get", "pods", "-n", "four-callbacks", "-o", path]);
  return counts.split(" ").reduce((sum, count) => sum + Number(count), 0);
}

function text(found: readonly Hardened[], failed: number, restarts: number): string {
  const rows = found.map((it) => [
    it.command,
    it.user,
    it.capabilities,
    it.seccomp,
    it.noNewPrivileges,
    it.token,
    it.serviceVariables,
    ...[...READ_ONLY, ...WRITABLE].map((path) => it.writes[path] ?? ""),
  ]);
  const paths = [...READ_ONLY, ...WRITABLE].map((path) => `write to ${path}`);
  const kernel = ["uid:gid", "capabilities", "seccomp", "no new privileges"];
  const heading = ["process", ...kernel, "token", "service variables", ...paths];
  return `What the kernel of the machine says of the first process of each pod of \`web\` and of the queue, which have answered three
rounds of four callbacks meanwhile: ${failed} failed, ${restarts} restarts.

${table(heading, rows)}`;
}
