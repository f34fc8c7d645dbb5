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
  const values = runtime.allConfig();
  return { values, secretKeys: Object.keys(values).filter(isSecretKey) };
}

/**
 * What the language host, or the engine in a component's provider, says of secrets. The SDK exports
 * the function, and leaves it out of its types.
 *
 * Source: pulumi/pulumi, sdk/nodejs/runtime/config.ts (`isConfigSecret`).
 */
function isSecretKey(key: string): boolean {
  const isConfigSecret: unknown = Reflect.get(runtime, "isConfigSecret");
  // Without the function, each is taken for a secret: none is ever shown.
  return (
    typeof isConfigSecret !== "function" || Reflect.apply(isConfigSecret, runtime, [key]) === true
  );
}
