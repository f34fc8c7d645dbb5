/** What the user of a cluster may do in a namespace. */
import type { HttpClient } from "./http.ts";
import type { Json } from "./json.ts";
import { getPath, list } from "./json.ts";

/** A verb on a kind of objects, such as `watch` on `jobs` of the API group `batch`. */
export interface Right {
  readonly verb: string;
  /** Empty for Kubernetes' core. */
  readonly group: string;
  /** The plural, in lower case. */
  readonly resource: string;
}

const API = "/apis/authorization.k8s.io/v1";

/**
 * Which of some rights the user does not have.
 *
 * All rights are asked for in one request. Where a cluster's authorizer cannot list rights, the
 * answer lacks some: each one that it lacks is asked for again, by itself.
 *
 * Source: Kubernetes docs, "Checking API access"; SelfSubjectRulesReview, `incomplete`.
 *
 * @throws where the cluster does not answer such questions
 */
export async function missingRights(
  http: HttpClient,
  namespace: string,
  rights: readonly Right[],
): Promise<Right[]> {
  const path = `${API}/selfsubjectrulesreviews`;
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview" };
  const review = await http.send({ method: "POST", path, body: { ...body, spec: { namespace } } });
  const rules = list(getPath(review, "status", "resourceRules"));
  const unlisted = rights.filter((right) => !rules.some((rule) => gives(rule, right)));
  const answers = await Promise.all(unlisted.map((right) => isAllowed(http, namespace, right)));
  return unlisted.filter((_, index) => answers[index] === false);
}

function gives(rule: Json, { verb, group, resource }: Right): boolean {
  const has = (name: string, wanted: string) =>
    list(getPath(rule, name)).some((it) => it === wanted || it === "*");
  const isForAll = list(getPath(rule, "resourceNames")).length === 0;
  return isForAll && has("verbs", verb) && has("apiGroups", group) && has("resources", resource);
}

async function isAllowed(http: HttpClient, namespace: string, right: Right): Promise<boolean> {
  const answer = await http.send({
    method: "POST",
    path: `${API}/selfsubjectaccessreviews`,
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { namespace, ...right } },
    },
  });
  return getPath(answer, "status", "allowed") === true;
}

/** `watch jobs.batch`, as kubectl calls resources. */
export function rightName({ verb, group, resource }: Right): string {
  return `${verb} ${group === "" ? resource : `${resource}.${group}`}`;
}
