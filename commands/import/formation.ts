import type { Problem } from "../../components/config/errors.ts";
import { throwIfAny } from "../../components/config/errors.ts";
import { processType } from "../../components/procfile/procfile.ts";
import { dynoMemory } from "../scale/dynos.ts";
import type { Source } from "./facts.ts";
import { Facts, shownName } from "./facts.ts";
import type { Json } from "./json.ts";

/** A process type, and where it was read. */
interface Named {
  readonly type: string;
  readonly at: string;
}

const RELEASE = "release";

export function setReplicas(facts: Facts, { type, at }: Named, replicas: number): void {
  if (processType(type) === RELEASE) facts.left(at, type, NO_REPLICAS);
  else facts.of(type).set(at, ["scale", "replicas"], replicas);
}

const NO_REPLICAS = "runs once before each new version, and has no replicas";

export function setSize(facts: Facts, { type, at }: Named, size: string): void {
  const memory = dynoMemory(size);
  const why = `what a dyno of the size ${shownName(size)} has`;
  if (memory !== undefined) facts.of(type).set(at, ["scale", "memory"], memory, why);
  else
    facts.left(
      at,
      `the size ${shownName(size)} of ${type}`,
      `is no size that is known; say how much memory it is: npx dash-scale scale ${processType(type)}.memory=1Gi`,
    );
}

/** Whether a list is Heroku's or Dokku's formation. */
export function isFormation({ items }: Json): boolean {
  return items.some((item) => isDokku(item) || item.field("quantity").kind !== "absent");
}

function isDokku(item: Json): boolean {
  return item.field("process_type").kind !== "absent";
}

/**
 * Reads Heroku's formation (`heroku api GET /apps/shop/formation`) and Dokku's (`dokku ps:scale
 * --format json`).
 *
 * Sources: Heroku Platform API, "Formation"; dokku/dokku, plugins/ps/ps.go (`Formation`).
 */
export function readFormation(list: Json, shown: string): Source {
  const facts = new Facts();
  const problems: Problem[] = [];
  for (const item of list.items) {
    const name = item.field(isDokku(item) ? "process_type" : "type");
    const type = name.text ?? "";
    const quantity = item.field("quantity");
    if (type === "") problems.push({ location: name.location, message: NO_TYPE });
    if (quantity.count === undefined)
      problems.push({ location: quantity.location, message: NO_QUANTITY });
    if (type === "" || quantity.count === undefined) continue;
    setReplicas(facts, { type, at: quantity.location }, quantity.count);
    const size =
      item.field("size").text === undefined ? item.field("dyno_size", "name") : item.field("size");
    if (size.text !== undefined) setSize(facts, { type, at: size.location }, size.text);
    const command = item.field("command");
    if (command.text !== undefined) facts.command(type, command.location, command.text);
  }
  throwIfAny(problems);
  const format = list.items.some(isDokku) ? "dokku ps:scale --format json" : "Heroku's formation";
  return { format, shown, facts: facts.list, countsOthersAsNone: true };
}

const NO_TYPE = "has no name of a process type; expected a text in type, or in process_type";
const NO_QUANTITY = "has no quantity; expected a whole number from 0 on";
