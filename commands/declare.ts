import type { runtime as Runtime } from "@pulumi/pulumi";
import type { Project } from "../infra/project.ts";
import type { StackConfiguration } from "./stack-file.ts";

/** A Kubernetes object that the program declares. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name?: string };
}

/**
 * Runs the Pulumi program without an engine and gives the Kubernetes objects that it declares, in
 * order.
 *
 * It is the program itself that runs, so what comes out is what `pulumi up` declares. Once per
 * Node.js process: the SDK keeps the configuration of the first run.
 *
 * @throws ConfigError as the program does
 */
export async function declaredObjects(
  configuration: StackConfiguration,
  project: Project,
): Promise<KubernetesObject[]> {
  // The language host speaks to a program through these.
  process.env["PULUMI_CONFIG"] = JSON.stringify(configuration.values);
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(configuration.secretKeys);
  const { runtime } = await import("@pulumi/pulumi");
  const declared: string[] = [];
  const objects = new Map<string, KubernetesObject>();
  await runtime.setMocks(
    {
      call: ({ token }: Runtime.MockCallArgs) => {
        throw new Error(`${token} needs a cluster, so this stack cannot be shown without one`);
      },
      newResource: ({ type, name, inputs }: Runtime.MockResourceArgs) => {
        const object = kubernetesObject(name, revealed(inputs, runtime));
        if (object) objects.set(identity(type, name), object);
        return { id: name, state: object ?? {} };
      },
    },
    project.name,
    configuration.stack,
  );
  let failure: unknown;
  await runtime.runInPulumiStack(async () => {
    // Registrations arrive as their inputs become known; only constructors run in the order of the
    // program.
    runtime.registerStackTransformation(({ type, name }) => {
      declared.push(identity(type, name));
      return undefined;
    });
    // Left to itself, the failure of a program is reported once more, as a rejection that nobody
    // handles.
    try {
      const { declare } = await import("../infra/program.ts");
      const { planStack } = await import("../components/plan/app-plan.ts");
      const { stackConfig } = await import("../infra/engine-config.ts");
      // Secrets are in a cluster, which is not asked here.
      const options = { secretContents: new Map(), guardsAreEnforced: true };
      declare(planStack(stackConfig(project)), options);
    } catch (error) {
      failure = error;
    }
  });
  if (failure !== undefined) throw failure;
  await runtime.disconnect();
  return declared.flatMap((id) => objects.get(id) ?? []);
}

function identity(type: string, name: string): string {
  return `${type}::${name}`;
}

/** The object that a resource's inputs make; undefined for what is none, such as a component. */
function kubernetesObject(name: string, inputs: unknown): KubernetesObject | undefined {
  if (!isKubernetesObject(inputs)) return undefined;
  const { apiVersion, kind, metadata, ...rest } = inputs;
  // An object without a name gets one from the provider, made from the resource's.
  return { apiVersion, kind, metadata: { name, ...metadata }, ...rest };
}

/** A value without the marks of secrets in it: what they hide is a placeholder already. */
export function revealed(value: unknown, runtime: typeof Runtime): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (runtime.isRpcSecret(value)) return revealed(runtime.unwrapRpcSecret(value), runtime);
  if (Array.isArray(value)) return value.map((item) => revealed(item, runtime));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, revealed(item, runtime)]),
  );
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    typeof value === "object" &&
    value !== null &&
    "apiVersion" in value &&
    "kind" in value &&
    "metadata" in value
  );
}
