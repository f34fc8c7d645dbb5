/**
 * Diff: what changes between the last inputs and these, and whether the object can take it. The
 * cluster is not asked: drift comes in through refreshed inputs.
 */
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { DiffRequest, DiffResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { getPath, equal, withoutNulls } from "../shared/json.ts";
import type { JsonObject } from "../shared/json.ts";
import { fromStruct } from "../shared/struct.ts";
import { changes, notIgnored } from "./changes.ts";
import type { Change } from "./changes.ts";
import { inputsOf } from "./checkpoint.ts";
import { isAutonamed } from "./naming.ts";
import { formatPath, parsePath } from "../../../infra/cluster/property-path.ts";
import { normalized } from "./normalized.ts";
import { replacing } from "./replacement.ts";
import { reveal } from "./secrets.ts";
import type { Session } from "./session.ts";

export interface Difference {
  changes: Change[];
  replacing: Change[];
  /** Whether the old object must go first: the new one has its name. */
  deleteFirst: boolean;
}

/** @param ignored the property paths of `ignoreChanges` */
export function difference(
  before: JsonObject,
  after: JsonObject,
  ignored: readonly string[],
  session: Pick<Session, "mutability">,
): Difference {
  const found = notIgnored(changes(before, after), ignored.map(parsePath));
  const fatal = replacing(found, after, session.mutability);
  const sameName = ["name", "namespace"].every((key) =>
    equal(getPath(before, "metadata", key), getPath(after, "metadata", key)),
  );
  const deleteFirst = fatal.length > 0 && sameName && !isAutonamed(after);
  return { changes: found, replacing: fatal, deleteFirst };
}

export function diff(session: Session, request: DiffRequest): DiffResponse {
  // What was applied last is in the state. The engine's own old inputs are older than that after
  // an update that was applied but did not come up.
  const applied = inputsOf(fromStruct(request.getOlds()));
  const old = Object.keys(applied).length > 0 ? applied : fromStruct(request.getOldInputs());
  const found = difference(
    normalized(withoutNulls(reveal(old))),
    normalized(withoutNulls(reveal(fromStruct(request.getNews())))),
    request.getIgnorechangesList(),
    session,
  );
  if (found.deleteFirst) session.replaced.add(request.getUrn());
  const { DiffChanges } = provider.DiffResponse;
  const response = new provider.DiffResponse();
  response.setHasdetaileddiff(true);
  response.setChanges(found.changes.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDeletebeforereplace(found.deleteFirst);
  response.setReplacesList(found.replacing.map(({ path }) => formatPath(path)));
  response.setDiffsList([...new Set(found.changes.map(({ path }) => String(path[0])))]);
  const detailed = response.getDetaileddiffMap();
  for (const change of found.changes) {
    detailed.set(formatPath(change.path), detail(change, found.replacing.includes(change)));
  }
  return response;
}

function detail(change: Change, isReplacing: boolean) {
  const { Kind } = provider.PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  const property = new provider.PropertyDiff();
  property.setKind(kinds[change.kind][isReplacing ? 1 : 0]);
  property.setInputdiff(true);
  return property;
}
