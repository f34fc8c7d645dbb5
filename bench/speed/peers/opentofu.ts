import { mkdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { mustRun } from "../../../local/system/children.ts";
import type { Desk, Peer } from "../peer.ts";

const OBJECTS = "objects.json";

/** OpenTofu with the kubectl provider: HashiCorp's own Kubernetes provider is not to be had as a Go module. */
export const opentofu: Peer = {
  name: "opentofu",
  title: "OpenTofu",
  prepare: async (desk) => {
    const { folder, cluster, programs } = desk;
    const provider = programs["kubectlProvider"] ?? "";
    const [, version = ""] = /_v(.+)$/.exec(basename(provider)) ?? [];
    const mirror = join(folder, "mirror", SOURCE, version, platform());
    await mkdir(mirror, { recursive: true });
    await symlink(provider, join(mirror, basename(provider)));
    await writeFile(join(folder, "main.tf"), MAIN);
    await opentofu.write(desk, 2);
    const { signal } = cluster;
    const init = ["init", `-plugin-dir=${join(folder, "mirror")}`, "-input=false"];
    const { env } = cluster.environment;
    await mustRun(programs["opentofu"] ?? "tofu", init, { cwd: folder, env, signal });
  },
  write: async ({ folder, namespace, formation }, replicas) =>
    writeFile(join(folder, OBJECTS), JSON.stringify(await formation.objects(namespace, replicas))),
  apply: (desk) => [tofu(desk), "apply", "-auto-approve", "-input=false", "-no-color"],
  preview: (desk) => [tofu(desk), "plan", "-detailed-exitcode", "-input=false", "-no-color"],
};

const SOURCE = "registry.opentofu.org/gavinbunney/kubectl";

const MAIN = `terraform {
  required_providers {
    kubectl = { source = "gavinbunney/kubectl" }
  }
}

provider "kubectl" {
  load_config_file = true
}

locals {
  objects = { for object in jsondecode(file("${OBJECTS}")) : "\${object.kind}/\${object.metadata.name}" => object }
}

resource "kubectl_manifest" "namespace" {
  for_each  = { for key, object in local.objects : key => object if object.kind == "Namespace" }
  yaml_body = yamlencode(each.value)
}

resource "kubectl_manifest" "object" {
  for_each          = { for key, object in local.objects : key => object if object.kind != "Namespace" }
  yaml_body         = yamlencode(each.value)
  server_side_apply = true
  wait_for_rollout  = true
  depends_on        = [kubectl_manifest.namespace]
}
`;

function tofu({ programs }: Desk): string {
  return programs["opentofu"] ?? "tofu";
}

function platform(): string {
  return `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
}
