import { describe, expect, test } from "vitest";
import { fit } from "../../components/fit/fit.ts";
import type { Capacity } from "../../components/fit/capacity.ts";
import type { GivenDemand } from "../support/fit.ts";
import { capacity, node, nodeOfPods, pod, size, SIZE, demandOf } from "../support/fit.ts";

const found = (given: Partial<Capacity>, ...demand: GivenDemand[]) =>
  fit(demand.map(demandOf), capacity(given));

const location = "dash-scale:scale.web.replicas";
const three = [node("a"), node("b"), node("c")];

describe("replicas on nodes", () => {
  test("with a node for each there is nothing to say", () => {
    const nothing = { problems: [], warnings: [], notes: [] };
    expect(found({ nodes: three }, { replicas: 3 })).toEqual(nothing);
    expect(found({ nodes: three }, { replicas: 0 })).toEqual(nothing);
    expect(found({ nodes: three }, { replicas: 3, spread: "required" })).toEqual(nothing);
    expect(found({ nodes: three }, { replicas: 5, spread: "off" })).toEqual(nothing);
  });

  test("share a node where there are more of them", () => {
    expect(found({ nodes: three }, { replicas: 5 }).notes).toEqual([
      "web: 5 replicas on 3 nodes, so up to 2 share a node",
    ]);
    expect(found({ nodes: [node("a")] }, { replicas: 2 }).notes).toEqual([
      "web: 2 replicas on 1 node, so up to 2 share a node",
    ]);
  });

  test("that are there already are not judged, and keep their room", () => {
    const running = ["a", "b"].map((on) => pod(on, { instance: "shop-web" }));
    const lost = { nodes: [node("a"), node("b")], pods: running };
    const web = { replicas: 3, spread: "required", grows: false } as const;
    expect(found(lost, web)).toEqual({ problems: [], warnings: [], notes: [] });
    expect(found(lost, { ...web, grows: true }).problems).toHaveLength(1);
  });

  test("that need a node each and find none are an error", () => {
    expect(found({ nodes: three }, { replicas: 5, spread: "required" })).toEqual({
      problems: [
        {
          location,
          message:
            "2 of 5 replicas would stay Pending: of 3 nodes, 3 have one already; each needs a node of its own. Lower it to 3, add nodes, or let replicas share one (spread: preferred)",
        },
      ],
      warnings: [],
      notes: [],
    });
  });

  test.each([
    ["CPU", { cpu: "1500m" }, "3 too little CPU"],
    ["memory", { memory: "9Gi" }, "3 too little memory"],
    ["local storage", { storage: "60Gi" }, "3 too little local storage"],
  ])("that find too little %s are a warning", (_, given, why) => {
    expect(found({ nodes: three }, { replicas: 5, size: { ...SIZE, ...given } })).toEqual({
      problems: [],
      warnings: [
        {
          location,
          message: `2 of 5 replicas would stay Pending: of 3 nodes, ${why}, unless nodes are added. Lower it, or what each web asks for`,
        },
      ],
      notes: [],
    });
  });

  test("count against the pods that a node takes", () => {
    const nodes = [nodeOfPods("a", 1), nodeOfPods("b", 2)];
    const { warnings } = found({ nodes }, { replicas: 4 });
    expect(warnings[0]?.message).toContain(
      "1 of 4 replicas would stay Pending: of 2 nodes, 2 have all the pods allowed,",
    );
  });

  test("find the room that others leave, to the last byte", () => {
    const full = node("a", { used: size({ cpu: "1750m", memory: "15872Mi" }), pods: 9 });
    expect(found({ nodes: [full] }, {}).warnings).toEqual([]);
    const fuller = { ...full, used: size({ cpu: "1750m", memory: "16642998273" }) };
    expect(found({ nodes: [fuller] }, {}).warnings[0]?.message).toContain("1 too little memory");
  });

  test("that ask for none of a resource need no room of it", () => {
    const overcommitted = node("a", { used: size({ cpu: "3" }) });
    expect(found({ nodes: [overcommitted] }, { size: { ...SIZE, cpu: "0" } }).warnings).toEqual([]);
    expect(found({ nodes: [overcommitted] }, {}).warnings).toHaveLength(1);
  });

  test("of a PriorityClass may find room that others have now, but no second node of their own", () => {
    const web = { replicas: 2, spread: "required", priorityClass: "high" } as const;
    const full = node("b", { used: size({ cpu: "2" }) });
    expect(found({ nodes: [node("a"), full] }, web)).toMatchObject({
      problems: [],
      warnings: [
        { location, message: expect.stringContaining("pods of a lower priority make room") },
      ],
    });
    expect(found({ nodes: [node("a")] }, web).problems).toHaveLength(1);
  });

  test("do not go to nodes that take no pods", () => {
    const nodes = [node("a"), node("b", { open: false })];
    const { problems } = found({ nodes }, { replicas: 2, spread: "required" });
    expect(problems[0]?.message).toContain("1 of 2 replicas would stay Pending: of 1 node, 1 has");
    const none = found({ nodes: [node("b", { open: false })] }, {});
    expect(none.warnings[0]?.message).toContain(
      "1 of 1 replica would stay Pending: no node accepts",
    );
  });
});

describe("pods that run", () => {
  const running = [pod("a"), pod("a"), pod("b")];

  test("stay where they are when more come", () => {
    const tight = [nodeOfPods("a", 2), nodeOfPods("b", 1), nodeOfPods("c", 1)];
    expect(found({ nodes: tight, pods: running }, { replicas: 4 })).toEqual({
      problems: [],
      warnings: [],
      notes: ["web: 4 replicas on 3 nodes, so up to 2 share a node"],
    });
  });

  test("leave the fullest nodes when they become fewer", () => {
    expect(found({ nodes: three, pods: running }, { replicas: 2 }).notes).toEqual([]);
  });

  test("are all replaced when their size changes", () => {
    const larger = { replicas: 3, size: { ...SIZE, memory: "1Gi" } };
    expect(found({ nodes: three, pods: running }, larger).notes).toEqual([]);
  });

  test("are all replaced when each is to have a node of its own", () => {
    const required = { replicas: 3, spread: "required" } as const;
    expect(found({ nodes: three, pods: running }, required).problems).toEqual([]);
  });

  test("may be on a node that takes no more", () => {
    const nodes = [node("a", { open: false }), node("b")];
    const required = { replicas: 2, spread: "required" } as const;
    expect(found({ nodes, pods: [pod("a"), pod("b")] }, required).problems).toEqual([]);
    expect(found({ nodes, pods: [pod("b")] }, required).problems).toHaveLength(1);
  });

  test("do not count while they are Pending or on their way out", () => {
    const nodes = [nodeOfPods("a", 1), nodeOfPods("b", 1)];
    const required = { replicas: 2, spread: "required" } as const;
    const waiting = [pod("a"), pod(undefined), pod("b", { ending: true })];
    expect(found({ nodes, pods: waiting }, required).problems).toEqual([]);
  });

  test("of others in the namespace take room", () => {
    const nodes = [nodeOfPods("a", 2)];
    const other = pod("a", { instance: "shop-release" });
    expect(found({ nodes, pods: [other] }, { replicas: 1 }).warnings).toEqual([]);
    expect(found({ nodes, pods: [other] }, { replicas: 2 }).warnings).toHaveLength(1);
    const unlabelled = pod("a", { instance: undefined });
    expect(found({ nodes, pods: [unlabelled] }, { replicas: 2 }).warnings).toHaveLength(1);
  });

  test("of another process type cannot be driven out by those that come first", () => {
    const nodes = [nodeOfPods("a", 1)];
    const pods = [pod("a", { instance: "shop-worker" })];
    const { warnings } = found({ nodes, pods }, { replicas: 1 }, { type: "worker", replicas: 1 });
    expect(warnings.map((warning) => warning.location)).toEqual([location]);
  });
});

describe("a rollout", () => {
  const surge = { replicas: 4, surge: 1 };

  test("that finds room is not spoken of", () => {
    expect(found({ nodes: three }, { replicas: 3, surge: 1 })).toEqual({
      problems: [],
      warnings: [],
      notes: [],
    });
  });

  test("that finds none would stall", () => {
    const nodes = [nodeOfPods("a", 2), nodeOfPods("b", 2)];
    expect(found({ nodes }, surge).warnings).toEqual([
      {
        location,
        message:
          "a rollout would stall: it adds 1 pod for its duration, and of 2 nodes, 2 have all the pods allowed. Add nodes, or lower what each web asks for",
      },
    ]);
    expect(found({ nodes: [...nodes, nodeOfPods("c", 1)] }, surge).warnings).toEqual([]);
  });

  test("takes longer where it finds room for some of its pods", () => {
    const { warnings, notes } = found({ nodes: [nodeOfPods("a", 9)] }, { replicas: 8, surge: 2 });
    expect(warnings).toEqual([]);
    expect(notes).toContain(
      "web: a rollout finds room for 1 of the 2 pods that it adds at once, so it takes longer",
    );
  });

  test("to a larger size needs room beside the pods that run", () => {
    // Two nodes of 2 cores: at rest one pod of 1500m on each; beside one of 750m there is no room
    // for it.
    const nodes = [node("a"), node("b")];
    const pods = [pod("a", { requests: size({ cpu: "750m" }) })].concat(
      pod("b", { requests: size({ cpu: "750m" }) }),
    );
    const larger = { replicas: 2, surge: 1, size: { ...SIZE, cpu: "1500m" } };
    expect(found({ nodes, pods }, larger).warnings[0]?.message).toContain("would stall");
    expect(found({ nodes: [...nodes, node("c")], pods }, larger).warnings).toEqual([]);
  });

  test("is not judged where the replicas do not even fit at rest", () => {
    const { warnings } = found({ nodes: [nodeOfPods("a", 2)] }, surge);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain("would stay Pending");
  });
});

describe("a process type that autoscales", () => {
  const auto = { min: 2, max: 10 };

  test("fits with its least, and says what its most would lack", () => {
    const nodes = [nodeOfPods("a", 4), nodeOfPods("b", 4)];
    expect(found({ nodes }, auto).warnings).toEqual([
      {
        location,
        message:
          "at its maximum, 2 of 10 replicas would stay Pending, unless nodes are added: of 2 nodes, 2 have all the pods allowed",
      },
    ]);
    expect(found({ nodes: three }, { min: 2, max: 6 }).warnings).toEqual([]);
  });

  test("is an error only where its least cannot have a node each", () => {
    const required = { ...auto, spread: "required" } as const;
    expect(found({ nodes: three }, required).problems).toEqual([]);
    expect(found({ nodes: three }, required).warnings[0]?.message).toContain("7 of 10 replicas");
    const { problems, warnings } = found({ nodes: three }, { ...required, min: 4 });
    expect(problems[0]?.message).toContain("1 of 4 replicas would stay Pending");
    expect(warnings).toEqual([]);
  });

  test("keeps the replicas that run now", () => {
    const nodes = [nodeOfPods("a", 4)];
    const pods = [pod("a"), pod("a"), pod("a")];
    const worker = { type: "worker", replicas: 2 };
    const { warnings } = found({ nodes, pods }, { min: 1, max: 3 }, worker);
    expect(warnings[0]).toMatchObject({ location: "dash-scale:scale.worker.replicas" });
  });
});

test("what may not be listed is told, and nothing else is made up", () => {
  const hidden = ["nodes", "pods of the namespace"] as const;
  const { warnings } = found({ nodes: undefined, pods: undefined, hidden }, { replicas: 50 });
  expect(warnings).toEqual([
    {
      location: "kubernetes:context",
      message:
        "the user of this context has no right to list nodes, so node capacity was not checked",
    },
    {
      location: "kubernetes:context",
      message:
        "the user of this context has no right to list the pods of its namespace, so what other pods use of the quotas was not checked",
    },
  ]);
});
