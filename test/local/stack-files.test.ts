import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { writeKubeconfig } from "../../local/cluster/kubeconfig.ts";
import { clusterNames, mustBeLocal } from "../../local/pulumi/stack-files.ts";

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "project-"));
  await mkdir(join(project, "stacks"));
  await writeFile(
    join(project, "Pulumi.yaml"),
    "name: x\nruntime: nodejs\nstackConfigDir: stacks\n",
  );
});
afterEach(() => rm(project, { recursive: true }));

const stackFile = (name: string, yaml: string) =>
  writeFile(join(project, "stacks", `Pulumi.${name}.yaml`), yaml);

it("finds every context and cluster that a stack file names", async () => {
  await stackFile("dev", "config:\n  kubernetes:context: dev\n");
  await stackFile("prod", "config: { kubernetes:context: prod, kubernetes:cluster: eu }\n");
  await stackFile("plain", "config:\n  x:y: 1\n");
  await stackFile("empty", "");
  expect(await clusterNames(project)).toEqual(["dev", "prod", "eu"]);
});

it("leaves a stack file that is no YAML to Pulumi, which says where", async () => {
  await stackFile("dev", "config: [\n");
  expect(await clusterNames(project)).toEqual([]);
  await expect(mustBeLocal(project, "dev")).resolves.toBeUndefined();
});

it("tells a stack that is not there, and what there is", async () => {
  await stackFile("dev", "");
  await stackFile("staging", "");
  await expect(mustBeLocal(project, "stagign")).rejects.toThrow(
    /There is no stack "stagign": .*stacks has "dev" or "staging"\. Did you mean "staging"\?/,
  );
});

it("refuses a stack that leads to another cluster than the local one", async () => {
  await stackFile("prod", "config:\n  kubernetes:kubeconfig: ~/.kube/config\n");
  await expect(mustBeLocal(project, "prod")).rejects.toThrow(
    'The stack "prod" sets kubernetes:kubeconfig',
  );
  await stackFile("prod", "config:\n  dash-scale:cluster: 0b2a9c1e-6f0d-4c55-9f5e-3f1d2c4b5a60\n");
  await expect(mustBeLocal(project, "prod")).rejects.toThrow(
    'The stack "prod" names the cluster that it may run on, with dash-scale:cluster',
  );
});

it("writes a kubeconfig in which every name is the local cluster, for the user only", async () => {
  const keys = join(project, "keys");
  await mkdir(keys);
  for (const name of ["ca.crt", "admin.crt", "admin.key"]) await writeFile(join(keys, name), name);
  const file = join(project, "kubeconfig");
  await writeKubeconfig(file, { server: "https://127.0.0.1:1", keys }, ["dev", "prod", "dev"]);

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const names = ["dash-scale-local", "dev", "prod"];
  expect(parse(await readFile(file, "utf8"))).toEqual({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "dash-scale-local",
    clusters: names.map((name) => ({
      name,
      cluster: {
        server: "https://127.0.0.1:1",
        "certificate-authority-data": base64("ca.crt"),
      },
    })),
    users: [
      {
        name: "dash-scale-local",
        user: {
          "client-certificate-data": base64("admin.crt"),
          "client-key-data": base64("admin.key"),
        },
      },
    ],
    contexts: names.map((name) => ({
      name,
      context: { cluster: "dash-scale-local", user: "dash-scale-local" },
    })),
  });
});
