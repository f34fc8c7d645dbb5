import { stringify } from "yaml";
import { WEB } from "../../components/plan/process-plan.ts";
import type { Needs } from "./own-package.ts";

/** What the files of a new project are made from. */
export interface NewProject extends NewStack {
  /** Name of the project, and so of the app. */
  readonly name: string;
  readonly description: string;
  /** What package.json asks for. */
  readonly needs: Needs;
}

/** What a stack file is made from. */
export interface NewStack {
  /** The name as part of other texts, such as `shop-dev`; undefined where it is not known yet. */
  readonly label: string | undefined;
  /** The container image; undefined: one to be filled in. */
  readonly image: string | undefined;
  /** The Procfile, relative to the project's folder. */
  readonly procfile: string;
  readonly processes: readonly NewProcess[];
  /** Whether it is known how many requests a replica of web serves at once: the proxy needs it. */
  readonly isCounted: boolean;
  /** What else the stack files say. */
  readonly settings?: Settings;
}

/** Sections of a stack file such as `app` and `scale`: maps by key, and values. */
export type Settings = ReadonlyMap<string, unknown>;

/** A process type that keeps running. */
export interface NewProcess {
  readonly type: string;
  /** Whether more than one replica would do everything twice. */
  readonly singleton: boolean;
}

const UNKNOWN_LABEL = "my-app";
const NODEARGS = "--import dash-scale/node --max-semi-space-size=32";

/** The files of a new project, by path from its folder. */
export function projectFiles(project: NewProject): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": projectYaml(project),
    "package.json": packageJson(project),
    "index.js": 'export { default } from "dash-scale/program";\n',
    ...Object.fromEntries(ENVIRONMENTS.map((it) => [stackPath(it.stack), stackYaml(project, it)])),
    ".gitignore": "node_modules/\n",
  };
}

/** Where the file of a stack is in a new project. */
export function stackPath(stack: string): string {
  return `stacks/Pulumi.${stack}.yaml`;
}

function projectYaml({ name, description }: NewProject): string {
  return `name: ${flow(name)}
description: ${flow(description)}
# The first version that reads this line. Older ones lack the resource hooks by which an autoscaler is ended.
requiredPulumiVersion: ">=3.219.0"
stackConfigDir: stacks
runtime:
  name: nodejs
  options:
    typescript: false
    # Has the SDK load and do less: previews take about two thirds of the time.
    nodeargs: ${NODEARGS}
`;
}

function packageJson({ name, needs: { engines, dependencies } }: NewProject): string {
  const manifest = {
    name: `${name}-deploy`,
    private: true,
    type: "module",
    main: "index.js",
    engines,
    dependencies,
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** A value on one line, which YAML of any version takes for what it is: text is `"on"`, `"123"`. */
function flow(value: unknown): string {
  // Text that stands alone is in no collection: `{` has no meaning in it.
  const collectionStyle = typeof value === "string" ? "any" : "flow";
  const line = { compat: "yaml-1.1", lineWidth: 0, collectionStyle } as const;
  const plain = stringify(value, { ...line, blockQuote: false }).trim();
  if (!plain.includes("\n")) return plain;
  const quoted = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
  return stringify(value, { ...line, ...quoted, doubleQuotedMinMultiLineLength: Infinity }).trim();
}

/** How the stack files differ. */
export interface Environment {
  readonly stack: string;
  /** Behind the app's name; so that environments can share a cluster. */
  readonly namespaceSuffix: string;
  readonly tag: string;
  readonly replicasOfWeb: number;
  readonly guards: string;
  /** What of a project's settings is for it. */
  readonly settingsOf: (settings: Settings) => Settings;
}

export const DEV: Environment = {
  stack: "dev",
  namespaceSuffix: "-dev",
  tag: "dev",
  replicasOfWeb: 1,
  guards: "",
  settingsOf: forDev,
};
const PRODUCTION: Environment = {
  stack: "production",
  namespaceSuffix: "",
  tag: "1.0.0",
  replicasOfWeb: 2,
  guards: `  # Two replicas of web at least, the image by digest (IMAGE@sha256:…), and a namespace that is not removed by mistake:
  # dash-scale:guards: { production: true }
`,
  settingsOf: (settings) => settings,
};

/** The environments of a new project. */
export const ENVIRONMENTS = [DEV, PRODUCTION];

/** A stack of any name, with the settings as they are. */
export function environmentOf(stack: string): Environment {
  return { ...DEV, stack, namespaceSuffix: "", settingsOf: PRODUCTION.settingsOf };
}

const OF_PRODUCTION = new Set(["host", "ingress", "namespace", "createNamespace"]);
const REPLICAS = new Set(["replicas", "min", "max", "target"]);

/** The same app for one developer: what is reached from outside, and how many, is of production. */
function forDev(settings: Settings): Settings {
  const scale = [...section(settings, "scale")].map(([type, entry]): [string, unknown] => {
    const fields = entry instanceof Map ? [...entry] : [];
    const sizes = fields.filter(([key, value]) => !REPLICAS.has(key) || value === 0);
    return [type, new Map(sizes)];
  });
  const app = [...section(settings, "app")].filter(([key]) => !OF_PRODUCTION.has(key));
  return new Map([...settings, ["scale", new Map(scale)], ["app", new Map(app)]]);
}

function section(settings: Settings, name: string): ReadonlyMap<string, unknown> {
  const value = settings.get(name);
  return value instanceof Map ? value : new Map<string, unknown>();
}

const PROXY = `    # Hands each pod only as many requests as it serves at once: four replicas are four times as fast.
    proxy: haproxy
`;
const NO_PROXY = `    # Hands each pod only as many requests as it serves at once, so first say how many: scale.web.workers and .threads.
    # proxy: haproxy
`;

/** The stack file of an environment. */
export function stackYaml(project: NewStack, environment: Environment): string {
  const { procfile, processes } = project;
  const label = project.label ?? UNKNOWN_LABEL;
  const { stack, namespaceSuffix, tag, guards } = environment;
  const settings = environment.settingsOf(project.settings ?? new Map());
  const app = section(settings, "app");
  const image = project.image ?? app.get("image") ?? `registry.example.com/${label}:${tag}`;
  const hasWeb = processes.some(({ type }) => type === WEB);
  const namespace = `    ${project.label === undefined ? "# " : ""}namespace: ${label}${namespaceSuffix} # so that environments can share a cluster\n`;
  const lines = processes.map((it) => scaleLine(it, environment, section(settings, "scale")));
  return `# yaml-language-server: $schema=../node_modules/dash-scale/schema.json
config:
  # Which cluster: a context of your kubeconfig. Without it, the current one.
  # kubernetes:context: ${stack}
  dash-scale:app:
${namespaceSuffix === "" ? "" : namespace}    procfile: ${procfile} # relative to Pulumi.yaml
    image: ${flow(image)}
${appLines(app)}${hasWeb ? exposure(project, app) : ""}  # Secret variables: pulumi config set --secret --path dash-scale:secrets.NAME --stack ${stack}
  # Replicas of each process type, or { replicas: 2, workers: 2, memory: 1Gi, cpu: 500m }; npx dash-scale scale writes here.
  dash-scale:scale:
${lines.join("")}${["processes", "services", "secrets"].map((name) => sectionLines(settings, name)).join("")}${guards}`;
}

function exposure({ isCounted, label = UNKNOWN_LABEL }: NewStack, app: Settings): string {
  const host = `    # Without a host, web is reached inside the cluster only.
    # host: ${label}.example.com
    # ingress: { className: nginx, controller: ingress-nginx, tlsSecret: ${label}-tls }
`;
  return `${isCounted ? PROXY : NO_PROXY}${app.has("host") ? "" : host}`;
}

/** The keys of `dash-scale:app` that stand in no line of their own above. */
function appLines(app: Settings): string {
  const variables = [...section(app, "env")].map(
    ([name, value]) => `      ${flow(name)}: ${flow(value)}\n`,
  );
  const env = variables.length === 0 ? "    # env: { LOG_LEVEL: info }\n" : "    env:\n";
  const others = [...app].filter(([key]) => key !== "env" && key !== "image");
  const lines = others.map(([key, value]) => `    ${key}: ${flow(value)}\n`);
  return `${env}${variables.join("")}${lines.join("")}`;
}

function sectionLines(settings: Settings, name: string): string {
  const entries = [...section(settings, name)];
  const lines = entries.map(([key, value]) => `    ${flow(key)}: ${flow(value)}\n`);
  return lines.length === 0 ? "" : `  dash-scale:${name}:\n${lines.join("")}`;
}

function scaleLine(
  { type, singleton }: NewProcess,
  { replicasOfWeb }: Environment,
  scale: Settings,
): string {
  const fields = section(scale, type);
  const replicas = fields.get("replicas") ?? (type === WEB ? replicasOfWeb : 1);
  const rest = [...fields].filter(([key]) => key !== "replicas");
  const fixed = fields.has("max") ? [] : [["replicas", replicas] as const];
  const value = rest.length === 0 ? replicas : new Map([...fixed, ...rest]);
  return `    ${flow(type)}: ${flow(value)}${singleton ? " # a scheduler: two of them would run every job twice" : ""}\n`;
}
