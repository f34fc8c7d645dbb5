import type { ProcfileEntry } from "../../components/procfile/procfile.ts";
import { joined } from "../../components/config/value.ts";
import type { Settings } from "../init/files.ts";
import { fiveFields, nameOfTask, typeOfTask } from "./cron.ts";
import type { Fact, Source, Value } from "./facts.ts";

/** One line of the report. */
export interface Row {
  readonly list: "taken" | "changed" | "left";
  readonly at: string;
  readonly text: string;
}

/** A value of the stack file to be, or a line of the Procfile to be, and what it comes from. */
interface Owned {
  /** Below `dash-scale:`. */
  readonly path: readonly string[];
  readonly fact: Fact;
}

/** What all sources together come to. */
export interface Settled {
  readonly settings: Settings;
  /** The text of the Procfile, where there was none. */
  readonly procfile: string | undefined;
  /** Variables that are to be set by hand. */
  readonly secrets: readonly (Fact & { readonly kind: "secret" })[];
  readonly rows: readonly Row[];
  /** By which a mistake in what comes of it is led back to the source. */
  readonly owners: readonly Owned[];
  /** What each line of the Procfile that is written comes from. */
  readonly lineOwners: readonly Fact[];
}

interface Given {
  readonly sources: readonly Source[];
  /** The lines of the Procfile that is there; undefined without one. */
  readonly existing: readonly ProcfileEntry[] | undefined;
  /** What cannot be as the source has it, and why. */
  readonly dropped: ReadonlyMap<Fact, string>;
}

/** Puts together what sources say. Where two differ, the first one counts. */
export function settle({ sources, existing, dropped }: Given): Settled {
  const all = sources.flatMap(({ facts }) => facts);
  const draft = new Draft(existing);
  for (const fact of all) {
    const why = dropped.get(fact);
    if (why !== undefined) draft.left(fact, why);
  }
  const facts = all.filter((fact) => !dropped.has(fact));
  for (const fact of facts) if (fact.kind === "command") draft.command(fact);
  for (const fact of facts) if (fact.kind === "cron") draft.cron(fact);
  draft.precedence(facts);
  for (const fact of facts) {
    if (fact.kind === "set") draft.set(fact);
    if (fact.kind === "left") draft.row("left", fact.at, `${fact.what}: ${fact.why}`);
  }
  const counting = sources.find(({ countsOthersAsNone }) => countsOthersAsNone);
  if (counting) draft.countOthersAsNone(counting);
  return draft.settled();
}

interface Line {
  readonly type: string;
  readonly command: string;
  /** Undefined for a line that is there already. */
  readonly fact: Fact | undefined;
}

const RELEASE = "release";

class Draft {
  readonly #isNew: boolean;
  readonly #lines: Line[];
  readonly #rows: Row[] = [];
  readonly #owners: (Owned & { readonly value: Value })[] = [];
  readonly #secrets = new Map<string, Fact & { readonly kind: "secret" }>();
  readonly #ofServices = new Set<string>();
  readonly #scheduled = new Set<string>();
  readonly #autoscaled = new Set<string>();

  constructor(existing: readonly ProcfileEntry[] | undefined) {
    this.#isNew = existing === undefined;
    this.#lines = [...(existing ?? [])].map(({ type, command }) => ({
      type,
      command,
      fact: undefined,
    }));
  }

  row(list: Row["list"], at: string, text: string): void {
    this.#rows.push({ list, at, text });
  }

  left(fact: Fact, why: string): void {
    this.row("left", fact.at, `${describe(fact)}: ${why}`);
  }

  command(fact: Fact & { readonly kind: "command" }): void {
    const { type, line } = fact;
    const there = this.#lines.find((it) => it.type === type);
    if (there && there.command !== line)
      this.left(fact, there.fact ? `is another one at ${there.fact.at}` : STAYS);
    else if (!there && !this.#isNew) this.left(fact, `add to the Procfile: ${type}: ${line}`);
    else if (!there) this.#add(fact, { type, command: line, why: fact.why });
  }

  #add(fact: Fact, { type, command, why }: Omit<Line, "fact"> & { why: string | undefined }): void {
    this.#lines.push({ type, command, fact });
    const list = why === undefined ? "taken" : "changed";
    this.row(list, fact.at, `Procfile: ${type}: ${command}${because(why)}`);
  }

  cron(fact: Fact & { readonly kind: "cron" }): void {
    const { line, schedule, timezone, why } = fact;
    const taken = new Set(this.#lines.map(({ type }) => type));
    const known = typeOfTask(fact, this.#lines);
    if (known === undefined && !this.#isNew)
      return this.left(fact, `add to the Procfile: ${nameOfTask(fact, taken)}: ${line}`);
    const type = known ?? nameOfTask(fact, taken);
    if (this.#scheduled.has(type)) return this.left(fact, `${type} has a schedule already`);
    if (known === undefined) this.#add(fact, { type, command: line, why: undefined });
    this.#scheduled.add(type);
    const path = ["processes", type];
    this.#own(fact, [...path, "schedule"], { value: fiveFields(schedule), why });
    if (timezone !== undefined)
      this.#own(fact, [...path, "timezone"], { value: timezone, why: undefined });
    return undefined;
  }

  /**
   * Finds out what rules something else out: an autoscaler a number of replicas, and of a variable in
   * two places, where its value is seen least.
   */
  precedence(facts: readonly Fact[]): void {
    for (const { path } of facts.filter((fact) => fact.kind === "set")) {
      const [section, name = "", key, variable = ""] = path;
      if (section === "services" && key === "env") this.#ofServices.add(variable);
      if (section === "scale" && key === "max") this.#autoscaled.add(name);
    }
    for (const fact of facts)
      if (
        fact.kind === "secret" &&
        !this.#ofServices.has(fact.name) &&
        !this.#secrets.has(fact.name)
      )
        this.#secrets.set(fact.name, fact);
  }

  set(fact: Fact & { readonly kind: "set" }): void {
    const { path, value, why } = fact;
    const [section = "", name = ""] = path;
    const ruledOut =
      section === "scale" || section === "processes" ? this.#notOf(name, path) : undefined;
    const variable = path[1] === "env" ? (path[2] ?? "") : "";
    const isSecret = this.#ofServices.has(variable) || this.#secrets.has(variable);
    if (ruledOut !== undefined) this.left(fact, ruledOut);
    else if (section === "app" && isSecret)
      this.left(fact, "is secret elsewhere, and has one value");
    else this.#own(fact, path, { value, why });
  }

  /** Why a key of a process type cannot be set. */
  #notOf(type: string, path: readonly string[]): string | undefined {
    if (!this.#lines.some((line) => line.type === type))
      return `no line of the Procfile is called ${type}; where there should be one, add it: ${type}: COMMAND`;
    const [section, , key = ""] = path;
    if (section !== "scale") return undefined;
    if (key === "replicas" && this.#autoscaled.has(type)) return "the autoscaler chooses it";
    const isCount = ["replicas", "min", "max", "target"].includes(key);
    return isCount && this.#scheduled.has(type) ? "runs by its schedule" : undefined;
  }

  #own(
    fact: Fact,
    path: readonly string[],
    { value, why }: { value: Value; why: string | undefined },
  ): void {
    const key = keyOf(path);
    const earlier = this.#owners.find((owned) => keyOf(owned.path) === key);
    const shown = path[1] === "env" ? key : `${key}: ${[value].flat().join(", ")}`;
    if (earlier && String(earlier.value) !== String(value))
      this.row("left", fact.at, `${shown}: has another value at ${earlier.fact.at}, which counts`);
    if (earlier) return;
    this.#owners.push({ path, fact, value });
    this.row(why === undefined ? "taken" : "changed", fact.at, `${shown}${because(why)}`);
  }

  /** Heroku and Dokku start one of `web`, and none of all others. */
  countOthersAsNone({ shown, format }: Source): void {
    const counted = new Set(
      this.#owners.flatMap(({ path: [section, type] }) => (section === "scale" ? [type] : [])),
    );
    for (const { type } of this.#lines) {
      if (counted.has(type) || type === "web" || type === RELEASE || this.#scheduled.has(type))
        continue;
      const why = `${format} does not name it, which counts as none`;
      const path = ["scale", type, "replicas"];
      const fact: Fact = { kind: "set", at: shown, path, value: 0, why };
      this.#own(fact, path, { value: 0, why });
    }
  }

  settled(): Settled {
    const settings = new Map<string, unknown>();
    for (const { path, value } of this.#owners) put(settings, path, value);
    const written = this.#lines.map(({ type, command }) => `${type}: ${command}\n`).join("");
    return {
      settings,
      procfile: this.#isNew ? written : undefined,
      secrets: [...this.#secrets.values()],
      rows: this.#rows.toSorted((a, b) => a.at.localeCompare(b.at, "en", { numeric: true })),
      owners: this.#owners,
      lineOwners: this.#lines.flatMap(({ fact }) => fact ?? []),
    };
  }
}

const STAYS = "the Procfile that is there says otherwise, and stays as it is";

function keyOf(path: readonly string[]): string {
  return path.reduce(joined, "");
}

function because(why: string | undefined): string {
  return why === undefined ? "" : ` (${why})`;
}

function describe(fact: Fact): string {
  switch (fact.kind) {
    case "set":
      return keyOf(fact.path);
    case "command":
      return `the command of ${fact.type}`;
    case "cron":
      return `a task by the schedule ${fact.schedule}`;
    case "secret":
      return fact.name;
    case "left":
      return fact.what;
  }
}

function put(
  settings: Map<string, unknown>,
  [key = "", ...rest]: readonly string[],
  value: Value,
): void {
  if (rest.length === 0) {
    settings.set(key, value);
    return;
  }
  const below = settings.get(key);
  const map = below instanceof Map ? below : new Map<string, unknown>();
  settings.set(key, map);
  put(map, rest, value);
}
