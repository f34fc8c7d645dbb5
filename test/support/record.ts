import { runtime } from "@pulumi/pulumi";

/** One registration, as the engine would get it. */
export interface Registration {
  /** `Deployment shop-web`: the last part of the type token, and the name. */
  readonly resource: string;
  readonly type: string;
  readonly custom: boolean;
  /** The resource that it belongs to; "" for none. */
  readonly parent: string;
  readonly inputs: unknown;
  readonly ignoreChanges: readonly string[];
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly replaceOnChanges: readonly string[];
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
}

/** Of the engine's request, what is looked at here. */
interface Request {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getProtect(): boolean;
  getDeletebeforereplace(): boolean;
  getReplaceonchangesList(): string[];
  getObject(): { toJavaScript(): unknown };
  getCustomtimeouts():
    { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
}

/** What a cluster makes of what was declared, by resource. */
export type Cluster = (
  type: string,
  name: string,
  inputs: Record<string, unknown>,
) => Record<string, unknown> | Promise<Record<string, unknown>>;

/** Runs a program under a monitor that takes down every registration with its options. */
export async function recorded(
  program: () => unknown,
  cluster: Cluster = (_type, _name, inputs) => inputs,
): Promise<Registration[]> {
  const registrations: Registration[] = [];
  await runtime.setMocks({
    call: ({ inputs }: runtime.MockCallArgs) => inputs,
    newResource: async ({ type, name, inputs }: runtime.MockResourceArgs) => ({
      id: name,
      state: await cluster(type, name, withName(name, inputs)),
    }),
  });
  const monitor: unknown = runtime.getMonitor();
  if (!isMonitor(monitor)) throw new Error("the SDK's mock monitor has changed");
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: Request, answer: unknown) => {
    registrations.push(registration(request));
    return register(request, answer);
  };
  await program();
  await runtime.disconnect();
  return registrations;
}

function withName(name: string, inputs: { metadata?: object }): Record<string, unknown> {
  return inputs.metadata ? { ...inputs, metadata: { name, ...inputs.metadata } } : { ...inputs };
}

function registration(request: Request): Registration {
  const timeouts = request.getCustomtimeouts();
  return {
    resource: short(request.getType(), request.getName()),
    type: request.getType(),
    custom: request.getCustom(),
    parent: fromUrn(request.getParent()),
    inputs: request.getObject().toJavaScript(),
    ignoreChanges: request.getIgnorechangesList(),
    dependsOn: request.getDependenciesList().map(fromUrn).sort(),
    protect: request.getProtect(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    replaceOnChanges: request.getReplaceonchangesList(),
    timeouts: {
      create: timeouts?.getCreate() ?? "",
      update: timeouts?.getUpdate() ?? "",
      delete: timeouts?.getDelete() ?? "",
    },
  };
}

function fromUrn(urn: string): string {
  const [, , type = "", name = ""] = urn.split("::");
  return urn === "" ? "" : short(type, name);
}

function short(type: string, name: string): string {
  return `${type.split(":").at(-1) ?? ""} ${name}`;
}

function isMonitor(
  value: unknown,
): value is { registerResource: (request: Request, answer: unknown) => unknown } {
  return typeof value === "object" && value !== null && "registerResource" in value;
}
