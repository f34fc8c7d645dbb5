import { describe, expect, test } from "vitest";
import type { OwnCluster } from "../../components/guards/own-cluster.ts";
import { verifyCluster } from "../../components/guards/own-cluster.ts";
import { identifyCluster } from "../../infra/cluster/identity.ts";
import { apiServer, kubeconfigFor } from "../support/api-server.ts";

const A = "0b2a9c1e-6f0d-4c55-9f5e-3f1d2c4b5a60";
const B = "6f1c7d52-1111-4222-8333-0123456789ab";
const where = 'context "production" (https://10.0.0.1:6443)';
const seenAs = (uid: string) => ({ uid, where });
const own = (given: Partial<OwnCluster>): OwnCluster => ({
  named: undefined,
  remembered: undefined,
  ...given,
});

describe("the cluster of a stack", () => {
  test.each<[string, OwnCluster, string]>([
    ["is the first one that it is applied to", own({}), A],
    ["is the one that it was applied to", own({ remembered: A }), A],
    ["may be named before the first up", own({ named: A }), A],
    ["may be named when it is known, too", own({ named: A, remembered: A }), A],
  ])("%s", (_, known, seen) => {
    const right = { remember: seen, problems: [], warnings: [] };
    expect(verifyCluster(known, seenAs(seen))).toEqual(right);
  });

  test.each<[string, OwnCluster, string]>([
    ["than it was applied to", own({ remembered: A }), "this stack was applied to"],
    ["than is named, before the first up", own({ named: A }), "dash-scale:cluster is"],
    [
      "than is named, though it was applied to it",
      own({ named: A, remembered: B }),
      "dash-scale:cluster is",
    ],
  ])("is refused when it is another one %s, and what is remembered stays", (_, known, reason) => {
    expect(verifyCluster(known, seenAs(B))).toEqual({
      remember: known.remembered,
      problems: [
        {
          location: "kubernetes:context",
          message: `${where} points to the cluster ${B}, but ${reason} ${A} (UIDs of namespaces kube-system). Point it at the right one. Only if the stack is to continue in this cluster, which was created anew, run: pulumi config set dash-scale:cluster ${B} && pulumi up --refresh`,
        },
      ],
      warnings: [],
    });
  });

  test("changes where another one is named, with a warning until it has", () => {
    const judgement = verifyCluster(own({ named: B, remembered: A }), seenAs(B));
    expect(judgement).toMatchObject({ remember: B, problems: [] });
    expect(judgement.warnings.map(({ location }) => location)).toEqual(["dash-scale:cluster"]);
    expect(verifyCluster(own({ named: B, remembered: B }), seenAs(B)).warnings).toEqual([]);
  });

  test("that does not answer is a problem with a way out, and not forgotten", () => {
    const judgement = verifyCluster(own({ remembered: A }), { unreachable: "no answer" });
    expect(judgement).toEqual({
      remember: A,
      problems: [
        {
          location: "kubernetes:context",
          message:
            "no answer. Without the cluster nothing can be previewed or changed: check the network or VPN, or point kubernetes:context, kubernetes:kubeconfig or KUBECONFIG at the right one",
        },
      ],
      warnings: [],
    });
  });

  test.each([{ hidden: "no right" }, { unreachable: "no answer" }])(
    "is not forgotten, nor anything refused, where it may go unseen: %j",
    (seen) => {
      for (const known of [own({}), own({ remembered: A }), own({ remembered: A, named: B })]) {
        const judgement = verifyCluster(known, seen, true);
        expect(judgement).toMatchObject({ remember: known.remembered, problems: [] });
        expect(judgement.warnings).toEqual([
          {
            location: "kubernetes:context",
            message: expect.stringMatching(
              /^no .*, so whether this is the cluster of the stack was not checked$/,
            ) as unknown,
          },
        ]);
      }
    },
  );
});

describe("a cluster", () => {
  const settings = (kubeconfig: string) => ({ kubeconfig, context: undefined, cluster: undefined });
  const answering = (status: number, body: object) =>
    apiServer((_, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });

  test("is seen by one request: the UID of its namespace kube-system", async () => {
    const { kubeconfig, asked } = await answering(200, { metadata: { uid: A } });
    expect(await identifyCluster({ settings: settings(kubeconfig) })).toEqual({
      uid: A,
      where: expect.stringMatching(/^context "a" \(http:\/\/127\.0\.0\.1:\d+\)$/) as unknown,
    });
    expect(asked).toEqual(["/api/v1/namespaces/kube-system"]);
  });
  test("is not told where it is where the kubeconfig is secret", async () => {
    const { kubeconfig } = await answering(200, { metadata: { uid: A } });
    const secret = { ...settings(kubeconfig), kubeconfigIsSecret: true };
    expect(await identifyCluster({ settings: secret })).toEqual({
      uid: A,
      where: "the stack's kubeconfig",
    });
  });
  test.each([403, 404])("is hidden by an answer of %i, in the cluster's words", async (status) => {
    const { kubeconfig, asked } = await answering(status, { message: "it is forbidden" });
    expect(await identifyCluster({ settings: settings(kubeconfig) })).toEqual({
      hidden: "it is forbidden",
    });
    expect(asked).toHaveLength(1);
  });
  test("is hidden where its namespace has no UID", async () => {
    const { kubeconfig } = await answering(200, {});
    expect(await identifyCluster({ settings: settings(kubeconfig) })).toHaveProperty("hidden");
  });
  test("is out of reach where it does not answer, or not in time", async () => {
    const refused = { settings: settings(kubeconfigFor("http://127.0.0.1:1")) };
    expect(await identifyCluster(refused)).toEqual({
      unreachable: expect.stringContaining("ECONNREFUSED") as unknown,
    });
    const { kubeconfig } = await apiServer(() => {});
    expect(await identifyCluster({ settings: settings(kubeconfig), timeLimit: 200 })).toEqual({
      unreachable: "the cluster did not answer within 0.2 s",
    });
  });
});
