import { readFile } from "node:fs/promises";

/** One resource that an update changed, or a preview would change. */
export interface Change {
  readonly op: string;
  /** `Deployment shop-web`. */
  readonly resource: string;
  /** Paths of the inputs that differ. */
  readonly paths: readonly string[];
}

/** How a run of `pulumi up`, `preview` or `destroy` went. */
export interface Update {
  readonly status: number;
  /** All that was printed. */
  readonly output: string;
  /** Resources in the order in which work on them began. */
  readonly order: readonly string[];
  /** Without what stays as it is, and without the stack itself. */
  readonly changes: readonly Change[];
}

/**
 * Of the engine's events, what is looked at here (pulumi/pulumi, sdk/go/common/apitype/events.go).
 */
interface EngineEvent {
  readonly resourcePreEvent?: {
    readonly metadata: {
      readonly op: string;
      readonly urn: string;
      readonly type: string;
      readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
    };
  };
}

const UNCHANGED = new Set(["same", "read", "refresh"]);

/** What an engine's event log says of an update. */
export async function readEvents(log: string): Promise<Pick<Update, "changes" | "order">> {
  const text = await readFile(log, "utf8").catch(() => "");
  const begun = text
    .split("\n")
    // What comes after the last end of a line is nothing, or was being written when the engine was
    // killed.
    .slice(0, -1)
    .flatMap((line): Change[] => {
      const { resourcePreEvent }: EngineEvent = JSON.parse(line);
      return resourcePreEvent ? changeOf(resourcePreEvent.metadata) : [];
    });
  return {
    order: begun.map(({ resource }) => resource),
    changes: begun.toSorted((a, b) => (`${a.resource} ${a.op}` < `${b.resource} ${b.op}` ? -1 : 1)),
  };
}

function changeOf({
  op,
  urn,
  type,
  detailedDiff,
}: NonNullable<EngineEvent["resourcePreEvent"]>["metadata"]): Change[] {
  if (UNCHANGED.has(op) || type === "pulumi:pulumi:Stack" || type.startsWith("pulumi:providers:")) {
    return [];
  }
  const resource = `${type.split(":").at(-1) ?? ""} ${urn.split("::").at(-1) ?? ""}`;
  return [{ op, resource, paths: Object.keys(detailedDiff ?? {}).sort() }];
}
