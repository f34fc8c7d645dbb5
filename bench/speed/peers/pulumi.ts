import { ROOT } from "../../../infra/root.ts";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { mustPulumi } from "../../lane-cluster.ts";
import type { Peer } from "../peer.ts";

const STACK = "bench";
const QUIET = ["--non-interactive", "--stack", STACK];

/** What is the same for every Pulumi program. */
const pulumi: Pick<Peer, "apply" | "preview" | "forget"> = {
  // It waits for as many Deployments at the same time as it may change: by default only four for
  // each processor.
  apply: () => ["pulumi", "up", "--yes", "--skip-preview", "--parallel", "128", ...QUIET],
  preview: () => ["pulumi", "preview", "--expect-no-changes", ...QUIET],
  forget: async (desk) =>
    mustPulumi(desk.cluster, desk.folder, ["stack", "rm", "--force", "--yes", "--stack", STACK]),
};

/** This program. */
export const ours: Peer = {
  ...pulumi,
  name: "ours",
  title: "dash-scale",
  prepare: async (desk) => {
    const { folder, namespace, formation } = desk;
    await mkdir(join(folder, "stacks"), { recursive: true });
    for (const part of ["package.json", "infra", "components"]) {
      await cp(join(ROOT, part), join(folder, part), { recursive: true });
    }
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const project = await readFile(join(ROOT, "Pulumi.yaml"), "utf8");
    await writeFile(
      join(folder, "Pulumi.yaml"),
      project.replace(/^name: .*$/m, `name: ${namespace}`),
    );
    await writeFile(join(folder, "Procfile"), formation.procfile);
    await ours.write(desk, 2);
    await mustPulumi(desk.cluster, desk.folder, ["stack", "init", STACK]);
  },
  write: async ({ folder, namespace, formation }, replicas) => {
    const file = join(folder, "stacks", `Pulumi.${STACK}.yaml`);
    const before = await readFile(file, "utf8").catch(() => "");
    // What Pulumi itself keeps there stays.
    const salt = /^encryptionsalt: .*\n/m.exec(before)?.[0] ?? "";
    await writeFile(file, `${salt}${formation.stackFile(namespace, replicas)}`);
  },
};

/**
 * The same objects in a plain program, as the Pulumi template `kubernetes-typescript` sets a
 * project up.
 */
export const plain: Peer = {
  ...pulumi,
  name: "plain",
  title: "plain Pulumi program",
  prepare: async (desk) => {
    const { folder, namespace } = desk;
    await mkdir(folder, { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const compilerOptions = {
      strict: true,
      target: "es2020",
      module: "commonjs",
      moduleResolution: "node",
      ignoreDeprecations: "6.0",
    };
    const files = {
      "Pulumi.yaml": stringify({ name: namespace, runtime: "nodejs" }),
      "package.json": JSON.stringify({ name: namespace, main: "index.ts" }),
      "tsconfig.json": JSON.stringify({ compilerOptions, files: ["index.ts"] }),
      "index.ts": PLAIN,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await plain.write(desk, 2);
    await mustPulumi(desk.cluster, desk.folder, ["stack", "init", STACK]);
  },
  write: async ({ folder, namespace, formation }, replicas) =>
    writeFile(
      join(folder, "objects.json"),
      JSON.stringify(await formation.objects(namespace, replicas)),
    ),
};

/** Takes the objects as data, which costs the compiler less than 500 literals would. */
const PLAIN = `import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";

const kinds: Record<string, new (name: string, args: any, options?: any) => any> = {
  Namespace: k8s.core.v1.Namespace,
  ServiceAccount: k8s.core.v1.ServiceAccount,
  NetworkPolicy: k8s.networking.v1.NetworkPolicy,
  PodDisruptionBudget: k8s.policy.v1.PodDisruptionBudget,
  Deployment: k8s.apps.v1.Deployment,
};
const [first, account, ...others] = JSON.parse(readFileSync("objects.json", "utf8"));
const namespace = new kinds[first.kind]!(first.metadata.name, first);
const serviceAccount = new kinds[account.kind]!(account.metadata.name, account, { dependsOn: namespace });
for (const object of others) {
  new kinds[object.kind]!(object.metadata.name, object, { dependsOn: [namespace, serviceAccount] });
}
`;
