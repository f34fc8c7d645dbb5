import type { Source } from "./facts.ts";
import { Facts, shownName } from "./facts.ts";
import type { Json } from "./json.ts";
import { readAutoscaler, readIngress } from "./kubernetes-around.ts";
import { readPod, readPodSettings } from "./kubernetes-pod.ts";
import { setReplicas } from "./formation.ts";
import { typeNames, withoutCommonPrefix } from "./type-names.ts";

/** An object, and what the report calls it. */
interface KubernetesObject {
  readonly kind: string;
  readonly name: string;
  readonly json: Json;
}

/** A Deployment that is to be a process type. */
interface Typed extends KubernetesObject {
  readonly type: string;
}

const KINDS = ["Deployment", "HorizontalPodAutoscaler", "CronJob", "Ingress"];
const OTHER_NAMESPACE = "is in another namespace than the first Deployment";

/**
 * Reads what `kubectl get deploy,hpa,cronjob,ingress -o json` prints: a List, or one object.
 *
 * Source: Kubernetes API reference, apps/v1, autoscaling/v2 and v1, batch/v1, networking.k8s.io/v1.
 */
export function readKubernetes(json: Json, shown: string): Source {
  const facts = new Facts();
  const objects = objectsIn(json, facts);
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  const exposed = backendsOf(objects);
  const names = withoutCommonPrefix(deployments.map(({ name }) => name));
  const types = typeNames(
    deployments.map((it, index) => ({
      name:
        it.json.field("metadata", "labels", "app.kubernetes.io/component").text ??
        names[index] ??
        "",
      isExposed: exposed.size === 0 ? hasPort(it.json) : exposed.has(it.name),
    })),
  );
  const typed: Typed[] = [];
  for (const [index, object] of deployments.entries()) {
    const type = types[index];
    if (type === undefined)
      facts.left(object.json.location, shownOf(object), "has no name of its own");
    else typed.push({ ...object, type });
  }
  readDeployments(facts, typed, objects);
  for (const object of objects) if (object.kind === "CronJob") readCronJob(facts, object);
  for (const object of objects) if (object.kind === "Ingress") readIngress(facts, object.json);
  return {
    format: "objects of Kubernetes",
    shown,
    facts: facts.list,
    countsOthersAsNone: false,
  };
}

function objectsIn(json: Json, facts: Facts): KubernetesObject[] {
  const items = json.field("items").kind === "list" ? json.field("items").items : [json];
  const objects = items.map((item) => ({
    kind: item.field("kind").text ?? "",
    name: item.field("metadata", "name").text ?? "",
    namespace: item.field("metadata", "namespace"),
    json: item,
  }));
  const first = objects.find(({ kind }) => kind === "Deployment") ?? objects[0];
  const namespace = first?.namespace.text;
  if (first && namespace !== undefined) {
    const why = "so that Secrets there can be bound; take both keys out for a namespace of its own";
    facts.set(first.namespace.location, ["app", "namespace"], namespace);
    facts.set(first.namespace.location, ["app", "createNamespace"], false, why);
  }
  return objects.filter((object) => {
    const why = KINDS.includes(object.kind)
      ? object.namespace.text === namespace
        ? undefined
        : OTHER_NAMESPACE
      : `is not one of ${KINDS.join(", ")}`;
    if (why !== undefined) facts.left(object.json.location, shownOf(object), why);
    return why === undefined;
  });
}

function shownOf({ kind, name }: Pick<KubernetesObject, "kind" | "name">): string {
  return `${shownName(kind)} ${shownName(name)}`;
}

/** Services that an Ingress leads to. By custom, each is called as its Deployment. */
function backendsOf(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  const names = objects
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ json }) => json.field("spec", "rules").items)
    .flatMap((rule) => rule.field("http", "paths").items)
    .flatMap((path) => path.field("backend", "service", "name").text ?? []);
  return new Set(names);
}

function hasPort(deployment: Json): boolean {
  const [container] = containersOf(deployment);
  return container?.field("ports").isGiven ?? false;
}

function containersOf(deployment: Json): readonly Json[] {
  return deployment.field("spec", "template", "spec", "containers").items;
}

function readDeployments(
  facts: Facts,
  typed: readonly Typed[],
  objects: readonly KubernetesObject[],
): void {
  const main = typed.find(({ type }) => type === "web") ?? typed[0];
  const imageOf = ({ json }: Typed) => containersOf(json)[0]?.field("image");
  const image = main && imageOf(main);
  if (image?.text !== undefined) facts.set(image.location, ["app", "image"], image.text);
  if (main) readPodSettings(facts, main.json.field("spec", "template", "spec"));
  for (const deployment of typed) {
    if (imageOf(deployment)?.text === image?.text) readDeployment(facts, deployment, objects);
    else facts.left(deployment.json.location, shownOf(deployment), OTHER_IMAGE);
  }
}

function readDeployment(
  facts: Facts,
  { json, name, type }: Typed,
  objects: readonly KubernetesObject[],
): void {
  readPod(facts, type, json.field("spec", "template", "spec"));
  const autoscaler = objects.find(
    (it) =>
      it.kind === "HorizontalPodAutoscaler" &&
      it.json.field("spec", "scaleTargetRef", "name").text === name,
  );
  const replicas = json.field("spec", "replicas");
  if (!autoscaler || !readAutoscaler(facts, type, autoscaler.json))
    setReplicas(facts, { type, at: replicas.location }, replicas.count ?? 1);
  const strategy = json.field("spec", "strategy", "type");
  if (strategy.text === "Recreate")
    facts.left(strategy.location, `strategy Recreate of ${type}`, RECREATE);
}

const OTHER_IMAGE =
  "has another image than the app, and an app has one: give it a project of its own";
const RECREATE =
  "replaces all at once; where two may never run, not even in a rollout: dash-scale:processes.TYPE.singleton";

function readCronJob(facts: Facts, { name, json }: KubernetesObject): void {
  const spec = json.field("spec");
  const pod = spec.field("jobTemplate", "spec", "template", "spec");
  const schedule = spec.field("schedule").text;
  const timezone = spec.field("timeZone").text;
  if (spec.field("suspend").scalar === true)
    return facts.left(
      json.location,
      `CronJob ${shownName(name)}`,
      "is suspended, and does not run",
    );
  const policy = spec.field("concurrencyPolicy").text ?? "Allow";
  const own = new Facts();
  readPod(own, name, pod);
  const line = own.list.find((fact) => fact.kind === "command");
  facts.list.push(...own.list.filter((fact) => fact !== line));
  if (line?.kind !== "command" || schedule === undefined)
    return facts.left(json.location, `CronJob ${shownName(name)}`, "has no command that is known");
  const why = policy === "Forbid" ? undefined : SKIPPED;
  return facts.cron({ at: json.location, name, line: line.line, schedule, timezone, why });
}

const SKIPPED = "a run that is due while the last one is not over is skipped here";
