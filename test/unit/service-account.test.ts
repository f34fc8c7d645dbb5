import { expect, test } from "vitest";
import { findServiceAccount } from "../../infra/service-account.ts";
import { apiServer } from "../support/api-server.ts";
import type { GivenStack } from "../support/plan.ts";
import { planOf } from "../support/plan.ts";

const serviceAccount = { name: "team-identity" };
const NAMED: GivenStack = { app: { serviceAccount } };
/** The same app, in a namespace that somebody else creates. */
const ELSEWHERE: GivenStack = { app: { serviceAccount, createNamespace: false } };
const NAMESPACE = "/api/v1/namespaces/shop";
const ACCOUNT = `${NAMESPACE}/serviceaccounts/team-identity`;
const LOCATION = "dash-scale:app.serviceAccount.name";

/** What is found where the API server answers these paths so, and 404 to every other. */
async function found(given: GivenStack, answers: Readonly<Record<string, number>>) {
  const { kubeconfig, asked } = await apiServer(({ pathname }, response) => {
    response.writeHead(answers[pathname] ?? 404, { "content-type": "application/json" }).end("{}");
  });
  const settings = { kubeconfig, context: undefined, cluster: undefined };
  return { ...(await findServiceAccount(planOf(given), { settings }, undefined)), asked };
}

test("an app without serviceAccount.name asks the cluster nothing", async () => {
  expect(await found({}, {})).toEqual({ problems: [], warnings: [], notes: [], asked: [] });
});

test("a ServiceAccount that exists is nothing to say", async () => {
  expect(await found(NAMED, { [ACCOUNT]: 200 })).toEqual({
    problems: [],
    warnings: [],
    notes: [],
    asked: [ACCOUNT],
  });
});

test.each<[string, GivenStack, Readonly<Record<string, number>>]>([
  ["a namespace that exists", NAMED, { [NAMESPACE]: 200 }],
  ["a namespace that the account may not see", NAMED, { [NAMESPACE]: 403 }],
  ["a namespace that pulumi up does not create", ELSEWHERE, {}],
])("one that is missing in %s is a problem", async (_, given, answers) => {
  const { problems, warnings } = await found(given, answers);
  expect(warnings).toEqual([]);
  expect(problems).toEqual([
    {
      location: LOCATION,
      message:
        "namespace shop has no ServiceAccount team-identity, so the API server would refuse every pod. Create it: kubectl create serviceaccount team-identity --namespace shop; or leave name out, and the app gets one of its own",
    },
  ]);
});

test("one that is missing in a namespace which pulumi up creates is a warning with what to create", async () => {
  const { problems, warnings } = await found(NAMED, {});
  expect(problems).toEqual([]);
  expect(warnings).toEqual([
    {
      location: LOCATION,
      message: expect.stringMatching(
        /^namespace shop does not exist yet.* kubectl create serviceaccount team-identity --namespace shop$/,
      ),
    },
  ]);
});

test("the ServiceAccount `default` comes with the namespace", async () => {
  const given: GivenStack = { app: { serviceAccount: { name: "default" } } };
  expect(await found(given, {})).toMatchObject({ problems: [], warnings: [] });
});

test.each<[string, Readonly<Record<string, number>>, string]>([
  ["may not read it", { [ACCOUNT]: 403 }, "the account may not read ServiceAccount team-identity"],
  ["is not known", { [ACCOUNT]: 401 }, "so whether there is such a ServiceAccount was not checked"],
])("an account that %s gets a warning", async (_, answers, words) => {
  const { problems, warnings } = await found(NAMED, answers);
  expect(problems).toEqual([]);
  expect(warnings).toEqual([{ location: LOCATION, message: expect.stringContaining(words) }]);
});

test("a cluster that has not answered before is not asked again", async () => {
  const settings = { kubeconfig: "never read", context: undefined, cluster: undefined };
  const { warnings } = await findServiceAccount(planOf(NAMED), { settings }, "no answer");
  expect(warnings).toEqual([
    {
      location: LOCATION,
      message: "no answer, so whether there is such a ServiceAccount was not checked",
    },
  ]);
});
