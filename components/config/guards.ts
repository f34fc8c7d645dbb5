import type { ConfigValue } from "./value.ts";
import { processType } from "../procfile/procfile.ts";
import { choice, entries, flag, map, quantity, text, wholeNumber } from "./field.ts";
import { CHANGE, UID } from "./formats.ts";

const SCALE_DOWN = ["confirm", "free"] as const;

/** The key `dash-scale:guards`. */
export const GUARDS = map({
  help: "Rules that the stack is held to: where one is broken, nothing is changed.",
  otherwise: "none",
  expected: "{ production: true, maxPods: 60, maxMemory: 64Gi }",
  typeName: "GuardSettings",
  fields: {
    production: flag({
      help: "Holds the stack to what production needs: `web` has at least 2 replicas (autoscaled: `min` 2), so that one of them may be lost or drained; the image is named by digest, so that what runs is what was tested; the namespace that is created is protected, so that Pulumi refuses to remove it.",
      default: false,
    }),
    maxPods: wholeNumber({
      help: "The most pods of the whole app, as a preview shows their total: an autoscaled process type with its `max`, and the proxy; what a rollout adds for its duration is not part of it.",
      otherwise: "none",
      from: 1,
      to: 1_000_000,
      example: 60,
    }),
    maxMemory: quantity({
      help: "The most memory that these pods request together.",
      otherwise: "none",
      unit: "bytes",
      examples: ["64Gi"],
    }),
    scaleDown: choice({
      help: "Whether a process type loses more than half of its replicas only where `dash-scale:confirm` names that very change, or freely.",
      otherwise: "confirm with `production`, else free",
      words: SCALE_DOWN,
    }),
  },
});

const CHANGE_EXPECTED =
  'replicas before -> replicas after, such as "10 -> 2", or "4-20 -> 1-5" where an autoscaler chooses';

/** The key `dash-scale:confirm`. */
export const CONFIRM = entries({
  help: "Scale-downs of more than half that are meant, by process type. Each names the exact change, so that it allows no other one.",
  otherwise: "none",
  expected: '{ worker: "10 -> 2" }',
  example: { worker: "10 -> 2" },
  key: { name: "TYPE" },
  value: text({
    help: "The exact change.",
    required: true,
    pattern: CHANGE,
    expected: CHANGE_EXPECTED,
    example: "10 -> 2",
  }),
});

/** The key `dash-scale:cluster`. */
export const CLUSTER = text({
  help: "The one cluster that the stack may run on: UID of its namespace `kube-system`.",
  otherwise: "the cluster that the stack was applied to last",
  pattern: UID,
  expected:
    "the UID of a cluster's namespace kube-system, as kubectl get namespace kube-system -o jsonpath={.metadata.uid} prints it",
  example: "6f1c7d52-9b0e-4c1a-8f37-2d9d4be1c0aa",
});

/** What a stack confirms, by process type: the exact change, `10 -> 2`. */
export type Confirmations = ReadonlyMap<string, string>;

/** `dash-scale:guards`, `confirm` and `cluster`, checked, with defaults put in. */
export interface CheckedGuards {
  readonly production: boolean;
  readonly maxPods: number | undefined;
  readonly maxMemory: string | undefined;
  /** Whether a scale-down of more than half is to be confirmed. */
  readonly confirms: boolean;
  readonly confirmations: Confirmations;
  /** The one cluster that it may run on; undefined: the one that it was applied to. */
  readonly cluster: string | undefined;
}

/** Checks `dash-scale:guards`, `dash-scale:confirm` and `dash-scale:cluster`. */
export function checkGuards(
  value: ConfigValue,
  { confirm, cluster }: { readonly confirm: ConfigValue; readonly cluster: ConfigValue },
): CheckedGuards {
  const { scaleDown, ...guards } = GUARDS.check(value);
  return {
    ...guards,
    confirms: (scaleDown ?? (guards.production ? "confirm" : "free")) === "confirm",
    confirmations: checkConfirmations(confirm),
    cluster: CLUSTER.check(cluster),
  };
}

/** Which changes there are to confirm is not known here. */
function checkConfirmations(value: ConfigValue): Confirmations {
  const confirmations = new Map<string, string>();
  for (const [key, change] of CONFIRM.check(value) ?? []) {
    const type = processType(key);
    if (confirmations.has(type))
      value.field(key).problem(`"${type}" appears twice; keep one of the two`);
    const [, ...numbers] = CHANGE.exec(change ?? "") ?? [];
    confirmations.set(type, `${written(numbers.slice(0, 2))} -> ${written(numbers.slice(2))}`);
  }
  return confirmations;
}

function written(bounds: readonly (string | undefined)[]): string {
  return bounds
    .filter((bound) => bound !== undefined)
    .map(Number)
    .join("-");
}
