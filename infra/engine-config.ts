import process from "node:process";
import { getProject, getRootDirectory, runtime, secret } from "@pulumi/pulumi";
import type { StackArgs } from "../components/config/types.ts";
import type { ClusterSettings } from "./cluster/kubeconfig.ts";
import type { StackValues } from "./config.ts";
import { stackArgs, clusterSettingsOf } from "./config.ts";
import type { Project } from "./project.ts";

/** Every `dash-scale:` key of the stack that runs, as the args of an App. */
export function stackConfig(project: Project = runningProject()): StackArgs {
  return stackArgs(stackValues(), project, secret);
}

/** An engine of old does not say where the project is; the program is run there. */
function runningProject(): Project {
  const root = getRootDirectory();
  return { name: getProject(), folder: root === "" ? process.cwd() : root };
}

/**
 * Which cluster the stack that runs is for, as its `kubernetes:` keys say. What they leave open is
 * found as the Kubernetes provider finds it: by `$KUBECONFIG`, in `~/.kube/config`, or as a pod of
 * the cluster.
 *
 * Source: pulumi/pulumi-kubernetes, provider/pkg/provider/provider.go (Configure).
 */
export function clusterSettings(): ClusterSettings {
  return clusterSettingsOf(stackValues());
}

function stackValues(): StackValues {
  return { values: runtime.allConfig(), secretKeys: keysWithSecrets() };
}

/** What the language host says of secrets; the SDK has no public call for it. */
function keysWithSecrets(): string[] {
  const keys: unknown = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]");
  return Array.isArray(keys) ? keys.map(String) : [];
}
