import { stringify } from "yaml";
import { WEB } from "../../components/plan/process-plan.ts";
import type { Needs } from "./own-package.ts";

/** What the files of a new project are made from. */
export interface NewProject {
  /** Name of the project, and so of the app. */
  readonly name: string;
  readonly description: string;
  /** The name as part of other texts, such as `shop-dev`; undefined where it is not known yet. */
  readonly label: string | undefined;
  /** The container image; undefined: one to be filled in. */
  readonly image: string | undefined;
  /** The Procfile, relative to the project's folder. */
  readonly procfile: string;
  readonly processes: readonly NewProcess[];
  /** Whether it is known how many requests a replica of web serves at once: the proxy needs it. */
  readonly isCounted: boolean;
  /** What package.json asks for. */
  readonly needs: Needs;
}

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
    "stacks/Pulumi.dev.yaml": stackYaml(project, DEV),
    "stacks/Pulumi.production.yaml": stackYaml(project, PRODUCTION),
    ".gitignore": "node_modules/\n",
  };
}

function projectYaml({ name, description }: NewProject): string {
  return `name: ${scalar(name)}
description: ${scalar(description)}
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

/** Text that YAML of any version takes for text: `"on"`, `"123"`. */
function scalar(text: string): string {
  return stringify(text, { compat: "yaml-1.1", lineWidth: 0 }).trim();
}

/** How the stack files differ. */
interface Environment {
  readonly stack: string;
  /** Behind the app's name; so that environments can share a cluster. */
  readonly namespaceSuffix: string;
  readonly tag: string;
  readonly replicasOfWeb: number;
  readonly guards: string;
}

const DEV: Environment = {
  stack: "dev",
  namespaceSuffix: "-dev",
  tag: "dev",
  replicasOfWeb: 1,
  guards: "",
};
const PRODUCTION: Environment = {
  stack: "production",
  namespaceSuffix: "",
  tag: "1.0.0",
  replicasOfWeb: 2,
  guards: `  # Two replicas of web at least, the image by digest (IMAGE@sha256:…), and a namespace that is not removed by mistake:
  # dash-scale:guards: { production: true }
`,
};

const PROXY = `    # Hands each pod only as many requests as it serves at once: four replicas are four times as fast.
    proxy: haproxy
`;
const NO_PROXY = `    # Hands each pod only as many requests as it serves at once, so first say how many: scale.web.workers and .threads.
    # proxy: haproxy
`;

function stackYaml(project: NewProject, environment: Environment): string {
  const { procfile, processes, isCounted } = project;
  const label = project.label ?? UNKNOWN_LABEL;
  const { stack, namespaceSuffix, tag, guards } = environment;
  const image = project.image ?? `registry.example.com/${label}:${tag}`;
  const hasWeb = processes.some(({ type }) => type === WEB);
  const namespace = `    ${project.label === undefined ? "# " : ""}namespace: ${label}${namespaceSuffix} # so that environments can share a cluster\n`;
  const exposure = `${isCounted ? PROXY : NO_PROXY}    # Without a host, web is reached inside the cluster only.
    # host: ${label}.example.com
    # ingress: { className: nginx, controller: ingress-nginx, tlsSecret: ${label}-tls }
`;
  return `# yaml-language-server: $schema=../node_modules/dash-scale/schema.json
config:
  # Which cluster: a context of your kubeconfig. Without it, the current one.
  # kubernetes:context: ${stack}
  dash-scale:app:
${namespaceSuffix === "" ? "" : namespace}    procfile: ${procfile} # relative to Pulumi.yaml
    image: ${scalar(image)}
    # env: { LOG_LEVEL: info }
${hasWeb ? exposure : ""}  # Secret variables: pulumi config set --secret --path dash-scale:secrets.NAME --stack ${stack}
  # Replicas of each process type, or { replicas: 2, workers: 2, memory: 1Gi, cpu: 500m }; npx dash-scale scale writes here.
  dash-scale:scale:
${processes.map((process) => scaleLine(process, environment)).join("")}${guards}`;
}

function scaleLine({ type, singleton }: NewProcess, { replicasOfWeb }: Environment): string {
  const replicas = type === WEB ? replicasOfWeb : 1;
  return `    ${scalar(type)}: ${replicas}${singleton ? " # a scheduler: two of them would run every job twice" : ""}\n`;
}
