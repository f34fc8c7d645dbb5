import { describe, expect, test } from "vitest";
import { fit } from "../../components/fit/fit.ts";
import type { Capacity, PriorityClassScope } from "../../components/fit/capacity.ts";
import type { GivenDemand } from "../support/fit.ts";
import { capacity, limits, pod, quota, SIZE, demandOf } from "../support/fit.ts";

const found = (given: Partial<Capacity>, ...demand: GivenDemand[]) =>
  fit(demand.map(demandOf), capacity({ nodes: undefined, ...given }));

const location = "dash-scale:scale.web.replicas";
const nothing = { problems: [], warnings: [], notes: [] };

describe("a ResourceQuota", () => {
  test("that is kept to, to the last one, is not spoken of", () => {
    const quotas = [quota({ pods: "4", "requests.memory": "2Gi", cpu: "1" })];
    expect(found({ quotas }, { replicas: 4 })).toEqual(nothing);
  });

  test.each([
    ["pods", "3", "allows 3 pods, and web 4 comes to 4, which is 1 too much"],
    ["count/pods", "3", "allows 3 count/pods, and web 4 comes to 4, which is 1 too much"],
    ["cpu", "750m", "allows 750m cpu, and web 4 × 250m comes to 1, which is 250m too much"],
    ["requests.cpu", "900m", "and web 4 × 250m comes to 1, which is 100m too much"],
    ["memory", "1Gi", "allows 1Gi memory, and web 4 × 512Mi comes to 2Gi, which is 1Gi too much"],
    ["requests.memory", "1Gi", "allows 1Gi requests.memory, and"],
    ["limits.memory", "2047Mi", "which is 1Mi too much"],
    ["requests.ephemeral-storage", "3Gi", "web 4 × 1Gi comes to 4Gi, which is 1Gi too much"],
    ["limits.ephemeral-storage", "3Gi", "which is 1Gi too much"],
    ["ephemeral-storage", "3Gi", "which is 1Gi too much"],
  ])("of %s that is exceeded is an error", (name, hard, text) => {
    const { problems } = found({ quotas: [quota({ [name]: hard })] }, { replicas: 4 });
    expect(problems).toEqual([{ location, message: expect.stringContaining(text) }]);
    expect(problems[0]?.message).toMatch(/^the ResourceQuota "team" of the namespace shop allows/);
  });

  test("says nothing of what it does not count", () => {
    const quotas = [quota({ services: "0", "count/deployments.apps": "0", "requests.x/gpu": "0" })];
    expect(found({ quotas }, { replicas: 4 })).toEqual(nothing);
  });

  test("counts all process types together", () => {
    const quotas = [quota({ "requests.memory": "2Gi" })];
    const { problems } = found({ quotas }, { replicas: 3 }, { type: "worker", replicas: 2 });
    expect(problems).toEqual([
      {
        location: "dash-scale:scale",
        message:
          'the ResourceQuota "team" of the namespace shop allows 2Gi requests.memory, and web 3 × 512Mi + worker 2 × 512Mi comes to 2560Mi, which is 512Mi too much; lower it, or have the quota raised',
      },
    ]);
  });

  test("leaves what others do not use; the app's own pods are no others", () => {
    const pods = [pod("a"), pod("b"), pod("c", { ending: true }), pod(undefined)];
    const quotas = [quota({ pods: "5" }, { pods: "5" })];
    expect(found({ quotas, pods }, { replicas: 4 })).toEqual(nothing);
    expect(found({ quotas, pods }, { replicas: 5 }).problems[0]?.message).toContain(
      "allows 5 pods, of which others use 1, and web 5 comes to 5, which is 1 too much",
    );
  });

  test("is held against nothing that may be the app's own where its pods may not be listed", () => {
    const quotas = [quota({ pods: "5" }, { pods: "5" })];
    expect(found({ quotas, pods: undefined }, { replicas: 5 })).toEqual(nothing);
    expect(found({ quotas, pods: undefined }, { replicas: 6 }).problems).toHaveLength(1);
  });

  test("may lag behind the pods there are", () => {
    const quotas = [quota({ pods: "2" }, { pods: "0" })];
    expect(found({ quotas, pods: [pod("a"), pod("b")] }, { replicas: 2 })).toEqual(nothing);
    expect(found({ quotas, pods: [pod("a"), pod("b")] }, { replicas: 3 }).problems).toHaveLength(1);
  });

  test.each([
    [["NotTerminating"], 1],
    [["NotBestEffort", "NotTerminating"], 1],
    [["Terminating"], 0],
    [["BestEffort"], 0],
    [["NotTerminating", "BestEffort"], 0],
    [["PriorityClass In"], 0],
    [["PriorityClass"], 0],
    [["CrossNamespacePodAffinity"], 0],
  ])("of the scopes %j is about our pods: %i", (scopes, problems) => {
    const quotas = [quota({ pods: "1" }, {}, scopes)];
    expect(found({ quotas }, { replicas: 2 }).problems).toHaveLength(problems);
  });

  test.each<[PriorityClassScope, string | undefined, number]>([
    [{ operator: "In", names: ["high", "low"] }, "high", 1],
    [{ operator: "In", names: ["low"] }, "high", 0],
    [{ operator: "NotIn", names: ["low"] }, "high", 1],
    [{ operator: "NotIn", names: ["high"] }, "high", 0],
    [{ operator: "Exists", names: [] }, "high", 1],
    [{ operator: "DoesNotExist", names: [] }, "high", 0],
    // It may get the cluster's default, which is not known.
    [{ operator: "Exists", names: [] }, undefined, 0],
    [{ operator: "NotIn", names: ["low"] }, undefined, 0],
  ])(
    "of pods by their PriorityClass, %j, counts those of %s: %i",
    (scope, priorityClass, count) => {
      const quotas = [{ ...quota({ pods: "1" }), priorityClasses: [scope] }];
      const { problems } = found({ quotas }, { replicas: 2, priorityClass }, { type: "worker" });
      expect(problems.map((problem) => problem.location)).toEqual(count === 0 ? [] : [location]);
    },
  );

  test("of a PriorityClass is not used by the app's own pods of another one", () => {
    const scope = { operator: "In", names: ["high"] };
    const quotas = [{ ...quota({ pods: "3" }, { pods: "2" }), priorityClasses: [scope] }];
    const web = { replicas: 2, priorityClass: "high" };
    const own = { priorityClass: "high" };
    expect(found({ quotas, pods: [pod("a", own), pod("b", own)] }, web)).toEqual(nothing);
    expect(found({ quotas, pods: [pod("a"), pod("b")] }, web).problems).toHaveLength(1);
  });

  test("without room for one more makes a rollout stand still", () => {
    const quotas = [quota({ pods: "4" })];
    expect(found({ quotas }, { replicas: 4, surge: 1 })).toEqual({
      problems: [],
      warnings: [
        {
          location,
          message:
            'a rollout of web would stall: it adds 1 pod for its duration, but the ResourceQuota "team" of the namespace shop allows 4 pods, and web 4 comes to 4',
        },
      ],
      notes: [],
    });
    expect(found({ quotas: [quota({ pods: "5" })] }, { replicas: 4, surge: 1 })).toEqual(nothing);
  });

  test("that only the most of an autoscaled process type exceeds is a warning", () => {
    const { problems, warnings } = found({ quotas: [quota({ pods: "4" })] }, { min: 1, max: 9 });
    expect(problems).toEqual([]);
    expect(warnings[0]?.message).toContain("at its maximum the app would come to 9");
  });

  test("of CPU limits refuses every pod, unless a LimitRange gives them one", () => {
    const quotas = [quota({ "limits.cpu": "8", pods: "1" })];
    expect(found({ quotas }, { replicas: 4 }).problems).toEqual([
      {
        location: "dash-scale:app.namespace",
        message: expect.stringContaining("every pod without a CPU limit would be refused"),
      },
    ]);
    expect(found({ quotas }, { replicas: 0 })).toEqual(nothing);
    const given = (cpu: string) => [limits({ default: { cpu } })];
    const roomy = [quota({ "limits.cpu": "8" })];
    expect(found({ quotas: roomy, limits: given("2") }, { replicas: 4 })).toEqual(nothing);
    expect(
      found({ quotas: roomy, limits: given("2001m") }, { replicas: 4 }).problems[0]?.message,
    ).toContain("web 4 × 2001m comes to 8004m, which is 4m too much");
    expect(found({ quotas: roomy, hidden: ["limitranges"] }, { replicas: 4 }).problems).toEqual([]);
  });
});

describe("a LimitRange", () => {
  test.each<[string, Parameters<typeof limits>[0]]>([
    ["min", { min: { cpu: "250m", memory: "512Mi", "ephemeral-storage": "1Gi" } }],
    ["max", { max: { cpu: "250m", memory: "512Mi", "ephemeral-storage": "1Gi" } }],
    ["ratio", { ratio: { memory: "1", cpu: "2" }, default: { cpu: "500m" } }],
    ["default", { default: { cpu: "250m", memory: "1Mi" } }],
    ["of what pods do not ask for", { max: { "nvidia.com/gpu": "0" } }],
  ])("whose %s is just kept to is not spoken of", (_, given) => {
    expect(found({ limits: [limits(given)] }, {})).toEqual(nothing);
  });

  test.each<[string, Parameters<typeof limits>[0], string, string]>([
    [
      "min",
      { min: { memory: "513Mi" } },
      "memory",
      "requires a request of 513Mi for each container",
    ],
    ["max", { max: { memory: "511Mi" } }, "memory", "allows 511Mi for each container"],
    ["min", { min: { cpu: "300m" } }, "cpu", "requires a request of 300m for each container"],
    ["max", { max: { "ephemeral-storage": "1Mi" } }, "storage", "allows 1Mi for each container"],
    [
      "ratio",
      { ratio: { cpu: "2" } },
      "cpu",
      "allows a limit of 2 times the request and requires a limit",
    ],
    [
      "ratio",
      { ratio: { cpu: "1.5" }, default: { cpu: "500m" } },
      "cpu",
      "allows a limit of 1.5 times the request, and it would be 500m",
    ],
    [
      "default above its max",
      { max: { cpu: "1" }, default: { cpu: "2" } },
      "cpu",
      "allows 1 for each container, and its limit would be 2",
    ],
  ])("whose %s is not kept to is an error", (_, given, field, text) => {
    const { problems } = found({ limits: [limits(given)] }, {});
    expect(problems).toEqual([
      { location: `dash-scale:scale.web.${field}`, message: expect.stringContaining(text) },
    ]);
    expect(problems[0]?.message).toMatch(/^web asks for .*so every pod would be refused$/);
  });

  test("that gives a CPU limit below the request contradicts it", () => {
    const { problems } = found({ limits: [limits({ default: { cpu: "200m" } })] }, {});
    expect(problems).toEqual([
      {
        location: "dash-scale:scale.web.cpu",
        message: expect.stringContaining("gives containers a CPU limit of 200m"),
      },
    ]);
  });

  test("of pods wants a CPU limit where it has a maximum, which a default of containers gives", () => {
    const ofPods = limits({ max: { cpu: "1" } }, "Pod");
    expect(found({ limits: [ofPods] }, {}).problems[0]?.message).toContain(
      "allows 1 for each pod and requires a limit, which dash-scale does not set",
    );
    expect(found({ limits: [ofPods, limits({ default: { cpu: "1" } })] }, {})).toEqual(nothing);
  });

  test("is not held against process types of which none runs", () => {
    const range = [limits({ max: { memory: "1Mi" } })];
    expect(found({ limits: range }, { replicas: 0 })).toEqual(nothing);
    const small = { type: "worker", size: { ...SIZE, memory: "1Mi" } };
    expect(found({ limits: range }, {}, small).problems).toHaveLength(1);
  });
});

test("a PriorityClass that the cluster does not have is an error", () => {
  const web = { priorityClass: "high" };
  expect(found({ missingPriorityClasses: ["high"] }, web, { type: "worker" }).problems).toEqual([
    {
      location: "dash-scale:processes.web.priorityClass",
      message:
        'the cluster has no PriorityClass "high", so every pod of web would be refused; have it created, or name one that kubectl get priorityclasses lists',
    },
  ]);
});
