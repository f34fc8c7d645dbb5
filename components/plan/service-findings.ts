import type { Problem, Warning } from "../config/errors.ts";
import { didYouMean, listOr } from "../config/errors.ts";
import type { CheckedService } from "../config/services.ts";
import type { Findings } from "../fit/findings.ts";
import { mergeFindings } from "../fit/findings.ts";
import type { SecretContents, SecretData } from "../manifest/secret-digest.ts";
import { valueIn } from "../manifest/secret-digest.ts";
import type { AppPlan } from "./app-plan.ts";
import { isOutside, isUnreachable } from "./egress.ts";
import { tlsOf } from "./tls.ts";

/** What came of reading a Secret. */
export type SecretReading =
  | { readonly kind: "read"; readonly data: SecretData }
  | { readonly kind: "missing" }
  | { readonly kind: "forbidden" };

/** What is known of the Secrets of a namespace. */
export interface NamespaceSecrets {
  readonly readings: ReadonlyMap<string, SecretReading>;
  /** Whether the namespace exists. */
  readonly hasNamespace: boolean;
}

/** Of what was found out, the parts of an app that decide what that means. */
type Judged = Pick<AppPlan, "settings" | "services" | "network" | "guards">;

/** What the Secrets hold, as far as they could be read. */
export function contentsOf({ readings }: NamespaceSecrets): SecretContents {
  return new Map(
    [...readings].flatMap(([name, reading]): [string, SecretData][] =>
      reading.kind === "read" ? [[name, reading.data]] : [],
    ),
  );
}

/** Whether the Secrets and keys that an app's services name are there, and lead somewhere. */
export function serviceFindings(plan: Judged, seen: NamespaceSecrets): Findings {
  return mergeFindings(plan.services.map((service) => findingsOf(service, plan, seen)));
}

function findingsOf(service: CheckedService, plan: Judged, seen: NamespaceSecrets): Findings {
  const reading = seen.readings.get(service.secret) ?? { kind: "forbidden" };
  if (reading.kind === "read") return judged(service, plan, reading.data);
  if (reading.kind === "forbidden") return warned(service, forbidden(service, plan));
  const { namespace, createNamespace } = plan.settings;
  const create = howToCreate(service, namespace);
  const comesLater = !seen.hasNamespace && createNamespace;
  if (!comesLater)
    return refused(service, `namespace ${namespace} has no ${titleOf(service)}. ${create}`);
  const message = `namespace ${namespace} does not exist yet, so ${titleOf(service)} was not checked. pulumi up creates the namespace, and its pods wait for the Secret. As soon as the namespace is there: ${create}`;
  return warned(service, message);
}

/** Where its Secret is named, and what made that. */
function titleOf({ secret, isOfCluster }: CheckedService): string {
  return isOfCluster ? `Secret ${secret}, which CloudNativePG makes` : `Secret ${secret}`;
}

function howToCreate({ secret, env, isOfCluster }: CheckedService, namespace: string): string {
  if (isOfCluster)
    return "Create the Cluster there, and wait until its operator has made the Secret";
  const keys = [...new Set(Object.values(env))].map((key) => ` --from-file=${key}=FILE`).join("");
  return `Create it: kubectl create secret generic ${secret} --namespace ${namespace}${keys}`;
}

function forbidden({ secret, env }: CheckedService, { settings }: Judged): string {
  const keys = listOr([...new Set(Object.values(env))].sort());
  return `the account may not read Secret ${secret} in namespace ${settings.namespace}, so whether it has ${keys} was not checked, and pods are not replaced when it changes: run kubectl rollout restart then. Grant get on it, as docs/guides/services.md shows`;
}

function judged(service: CheckedService, plan: Judged, data: SecretData): Findings {
  const missing = Object.entries(service.env).flatMap(([variable, key]): Problem[] => {
    if (data.has(key)) return [];
    const known = [...data.keys()].sort();
    const has = known.length === 0 ? "no key at all" : `no key "${key}"; it has ${listOr(known)}`;
    const location = `${service.location}.env.${variable}`;
    return [{ location, message: `Secret ${service.secret} has ${has}.${didYouMean(key, known)}` }];
  });
  const urls = Object.values(service.env).map((key) => ({ key, text: valueIn(data, key).trim() }));
  return {
    problems: [...missing, ...withoutTls(service, plan, urls)],
    warnings: urls.flatMap((url) => nowhere(service, plan, url)),
    notes: [],
  };
}

/** A value of a Secret. Nothing of it may be in a message. */
interface SecretText {
  readonly key: string;
  readonly text: string;
}

/** A URL that no rule lets the pods reach. */
function nowhere(
  { location, secret, to }: CheckedService,
  { network, settings }: Judged,
  { key, text }: SecretText,
): Warning[] {
  if (!network || !isUnreachable(text, network, settings.namespace)) return [];
  const where = to === undefined ? "add" : "put right";
  const message = `the address in key ${key} of Secret ${secret} is not reached, since the app's network policy lets out only DNS, port 443 and what the stack names; ${where} to: { namespace: NAMESPACE, port: PORT }, or { cidr: RANGE, port: PORT }`;
  return [{ location: `${location}.to`, message }];
}

/** A service outside of the cluster whose URL asks for no TLS, where production needs TLS. */
function withoutTls(
  { location, secret, to }: CheckedService,
  { guards, settings }: Judged,
  urls: readonly SecretText[],
): Problem[] {
  if (!guards.production) return [];
  return urls.flatMap(({ key, text }): Problem[] => {
    const tls = tlsOf(text);
    const outside = to?.cidr !== undefined || isOutside(text, settings.namespace);
    if (tls === undefined || tls.isOn || !outside) return [];
    const message = `the URL in key ${key} of Secret ${secret} leads out of the cluster without TLS, which is required with dash-scale:guards.production; ${tls.howTo}`;
    return [{ location, message }];
  });
}

function warned({ location }: CheckedService, message: string): Findings {
  return { problems: [], warnings: [{ location, message }], notes: [] };
}

function refused({ location }: CheckedService, message: string): Findings {
  return { problems: [{ location, message }], warnings: [], notes: [] };
}
