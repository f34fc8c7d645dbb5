import { describe, expect, test } from "vitest";
import { noted, previousScale, readHistory, scaleChanges } from "../../commands/history/entries.ts";
import { historyText } from "../../commands/history/print.ts";

interface GivenUpdate {
  readonly at: string;
  readonly scale?: unknown;
  readonly kind?: string;
  readonly result?: string;
  readonly message?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** As Pulumi 3.259 prints it. */
const update = ({
  at,
  scale,
  kind = "update",
  result = "succeeded",
  message = "",
  env = {},
}: GivenUpdate) => ({
  kind,
  startTime: `2026-11-28T${at}:00.000Z`,
  endTime: `2026-11-28T${at}:07.000Z`,
  message,
  environment: env,
  config: {
    "dash-scale:app": { objectValue: { env: { TOKEN: "canary" } }, secret: false },
    ...(scale === undefined
      ? {}
      : {
          "dash-scale:scale": { objectValue: scale, value: JSON.stringify(scale), secret: false },
        }),
  },
  result,
  resourceChanges: { same: 12, update: 1 },
});

const historyIn = (...updates: readonly GivenUpdate[]) =>
  readHistory(JSON.stringify(updates.map(update))) ?? [];

describe("the history", () => {
  const HISTORY = historyIn(
    { at: "16:04", scale: { web: 4 }, message: noted("web=4", "ann") },
    { at: "16:00", kind: "refresh", scale: { web: 2 } },
    { at: "15:50", scale: { web: 66 }, result: "failed", env: { "git.author": "Ben" } },
    { at: "15:00", scale: { web: { replicas: 2, memory: "1Gi" } } },
  );

  test("says who changed what of the scale, how it ended, and how long it took", () => {
    expect(historyText("dev", HISTORY)).toBe(`\
when (UTC)        what                                  who           result     took
2026-11-28 16:04  web 66 → 4                            ann           succeeded   7 s
2026-11-28 16:00  refresh                               unknown       succeeded   7 s
2026-11-28 15:50  web 2 → 66, web.memory 1Gi → default  Ben (commit)  failed      7 s
2026-11-28 15:00                                        unknown       succeeded   7 s
`);
  });

  test("hands on nothing else of a stack's config", () => {
    expect(JSON.stringify(HISTORY)).not.toContain("canary");
  });

  test("is none where Pulumi has printed something else", () => {
    expect(readHistory("error: no")).toBeUndefined();
    expect(readHistory("{}")).toBeUndefined();
  });
});

describe("the scale to go back to", () => {
  const HISTORY = historyIn(
    { at: "16:00", scale: { web: 4 } },
    { at: "15:50", scale: { web: 66 }, result: "failed" },
    { at: "15:30", kind: "destroy", scale: { web: 3 } },
    { at: "15:00", scale: { WEB: { replicas: 2 } } },
  );
  test.each([
    ["of the update before, where the file has the last one", { web: 4 }, { WEB: { replicas: 2 } }],
    ["of the last one, where the file was changed since", { web: 5 }, { web: 4 }],
    ["of the last one, where the file has that of a failed one", { web: 66 }, { web: 4 }],
  ])("is that %s", (_, now, scale) => {
    expect(previousScale(HISTORY, now)?.scale).toEqual(scale);
  });
  test("is none where all updates had the same", () => {
    expect(
      previousScale(historyIn({ at: "15:00", scale: { web: 2 } }), { web: 2 }),
    ).toBeUndefined();
  });
});

test.each([
  [{ web: 2 }, { web: { replicas: 2 } }, []],
  [undefined, { web: 1 }, []],
  [{ web: 3 }, {}, ["web 3 → 1"]],
  [
    { web: 3 },
    { web: { min: 2, max: 5, cpu: 70 } },
    ["web 3 → default", "web.min default → 2", "web.max default → 5", "web.cpu default → 70"],
  ],
  [{ web: { schedule: [1] } }, { web: { schedule: [2] } }, ["web.schedule [1] → [2]"]],
])("the changes from %j to %j are %j", (before, after, changes) => {
  expect(scaleChanges(before, after)).toEqual(changes);
});
