import type { Facts } from "./facts.ts";
import { shownName } from "./facts.ts";
import type { Json } from "./json.ts";

/** An autoscaler of a process type; false where nothing of it can be had here. */
export function readAutoscaler(facts: Facts, type: string, json: Json): boolean {
  const spec = json.field("spec");
  const max = spec.field("maxReplicas");
  const targets = targetsOf(spec);
  for (const metric of spec.field("metrics").items.filter((it) => !targets.has(it)))
    facts.left(metric.location, `a metric of ${type}`, ONLY_UTILIZATION);
  const found = [...targets.values()].filter(({ value }) => value.count !== undefined);
  if (found.length === 0 || max.count === undefined) {
    facts.left(json.location, `the autoscaler of ${type}`, ONLY_UTILIZATION);
    return false;
  }
  const min = spec.field("minReplicas");
  facts.of(type).set(min.location, ["scale", "min"], min.count ?? 1);
  facts.of(type).set(max.location, ["scale", "max"], max.count);
  for (const { name, value } of found)
    facts.of(type).set(value.location, ["scale", "target", name], value.count ?? 0);
  if (spec.field("behavior").isGiven)
    facts.left(spec.field("behavior").location, `behavior of ${type}`, "is not for a stack to say");
  return true;
}

const ONLY_UTILIZATION =
  "only cpu and memory in percent of what is requested are taken; see docs/guides/autoscale.md";

function targetsOf(spec: Json): ReadonlyMap<Json, { readonly name: string; readonly value: Json }> {
  const percent = spec.field("targetCPUUtilizationPercentage");
  const metrics = spec
    .field("metrics")
    .items.flatMap((metric): [Json, { name: string; value: Json }][] => {
      const name = metric.field("resource", "name").text ?? "";
      const value = metric.field("resource", "target", "averageUtilization");
      return /^(cpu|memory)$/.test(name) && value.count !== undefined
        ? [[metric, { name, value }]]
        : [];
    });
  return new Map(percent.isGiven ? [[percent, { name: "cpu", value: percent }]] : metrics);
}

/** Annotations of an issuer of certificates; the others are for the controller that is there. */
const ISSUER = /^cert-manager\.io\/(cluster-issuer|issuer)$/;

export function readIngress(facts: Facts, json: Json): void {
  const spec = json.field("spec");
  const [rule, ...more] = spec.field("rules").items;
  const host = rule?.field("host");
  const className = spec.field("ingressClassName");
  const secret = spec.field("tls").items[0]?.field("secretName");
  if (host?.text === undefined || className.text === undefined)
    return facts.left(json.location, "the Ingress", NO_HOST);
  facts.set(host.location, ["app", "host"], host.text);
  facts.set(className.location, ["app", "ingress", "className"], className.text);
  if (secret?.text !== undefined)
    facts.set(secret.location, ["app", "ingress", "tlsSecret"], secret.text);
  for (const other of more) facts.left(other.location, "another rule of the Ingress", ONE_HOST);
  for (const path of rule?.field("http", "paths").items.slice(1) ?? [])
    facts.left(path.location, "another path of the Ingress", ONE_HOST);
  return readAnnotations(facts, json.field("metadata", "annotations"));
}

function readAnnotations(facts: Facts, annotations: Json): void {
  for (const [name, { location, text }] of annotations.fields) {
    if (ISSUER.test(name) && text !== undefined)
      facts.set(location, ["app", "ingress", "annotations", name], text);
    else facts.left(location, `the annotation ${shownName(name)}`, ANNOTATION);
  }
}

const NO_HOST = "has no host, or no class; see docs/guides/expose.md";
const ONE_HOST = "an app has one host here, and web alone is reached by it";
const ANNOTATION =
  "is for another program; if it is for your controller, write it into dash-scale:app.ingress.annotations";
