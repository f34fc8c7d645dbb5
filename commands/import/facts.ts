import { RESERVED_NAMES } from "../../components/config/variables.ts";
import { PROCESS_TYPE, VARIABLE } from "../../components/config/formats.ts";
import { processType } from "../../components/procfile/procfile.ts";
import { joined } from "../../components/config/value.ts";
import type { Json } from "./json.ts";
import { looksSecret, whySecret } from "./secret.ts";

/** A value of a stack file. */
export type Value = string | number | boolean | readonly string[];

/** One thing that a source says of an app, and where. */
export type Fact =
  /** A key of the stack file: its path below `dash-scale:`, and its value. */
  | {
      readonly kind: "set";
      readonly at: string;
      readonly path: readonly string[];
      readonly value: Value;
      /** Why the source's words are others; undefined where they are not. */
      readonly why: string | undefined;
    }
  /** A line of a Procfile. */
  | {
      readonly kind: "command";
      readonly at: string;
      readonly type: string;
      readonly line: string;
      readonly why: string | undefined;
    }
  | {
      readonly kind: "cron";
      readonly at: string;
      /** The name that it has there. */
      readonly name: string | undefined;
      /** A command, or the name of a process type. */
      readonly line: string;
      readonly schedule: string;
      readonly timezone: string | undefined;
      readonly why: string | undefined;
    }
  /** A variable whose value is secret, and so nowhere here. */
  | { readonly kind: "secret"; readonly at: string; readonly name: string; readonly why: string }
  | { readonly kind: "left"; readonly at: string; readonly what: string; readonly why: string };

/** What one source says. */
export interface Source {
  /** What it was recognised as. */
  readonly format: string;
  readonly shown: string;
  readonly facts: readonly Fact[];
  /** Whether a process type that it does not name runs as none there, `web` apart. */
  readonly countsOthersAsNone: boolean;
}

/** Collects what a source says. */
export class Facts {
  readonly list: Fact[] = [];

  set(at: string, path: readonly string[], value: Value, why?: string): void {
    // A digest is no secret.
    const text = [value]
      .flat()
      .join(" ")
      .replace(/@sha256:[0-9a-f]{64}$/, "");
    if (looksSecret(text)) this.left(at, path.reduce(joined, ""), SECRET_INSIDE);
    else this.list.push({ kind: "set", at, path, value, why });
  }

  /** Keys of `scale` or `processes` for a process type. */
  of(type: string): Pick<Facts, "set"> {
    return {
      set: (at, [section = "", ...rest], value, why) =>
        this.set(at, [section, processType(type), ...rest], value, why),
    };
  }

  command(type: string, at: string, line: string | undefined, why?: string): void {
    const what = `the command of ${type}`;
    if (line === undefined || CONTROL.test(line)) this.left(at, what, SEVERAL_LINES);
    else if (!PROCESS_TYPE.test(type)) this.left(at, what, "no process type may be called so");
    else if (looksSecret(`${type} ${line}`)) this.left(at, what, SECRET_INSIDE);
    else this.list.push({ kind: "command", at, type: processType(type), line, why });
  }

  cron(fact: Omit<Fact & { readonly kind: "cron" }, "kind">): void {
    const { name = "", line, schedule, timezone = "" } = fact;
    if (CONTROL.test(line)) this.left(fact.at, "the scheduled command", SEVERAL_LINES);
    else if (looksSecret([name, line, schedule, timezone].join(" ")))
      this.left(fact.at, "the scheduled command", SECRET_INSIDE);
    else this.list.push({ kind: "cron", ...fact });
  }

  /** An environment variable; what looks secret goes no further than its name. */
  variable(at: string, name: string, value: string | undefined): void {
    const isFree = VARIABLE.test(name) && !RESERVED_NAMES.includes(name) && !looksSecret(name);
    const why = whySecret(name, value);
    if (why !== undefined && isFree) this.secret(at, name, why);
    else if (why !== undefined || looksSecret(name))
      this.left(at, shownName(name), "no variable may be called so");
    else if (value === undefined) this.left(at, shownName(name), `${NO_VALUE}${name} VALUE`);
    else this.list.push({ kind: "set", at, path: ["app", "env", name], value, why: undefined });
  }

  secret(at: string, name: string, why: string): void {
    this.list.push({ kind: "secret", at, name, why });
  }

  /** What is said of something names it, which it may have a secret for. */
  left(at: string, what: string, why: string): void {
    const isSecret = looksSecret(what);
    this.list.push({
      kind: "left",
      at,
      what: isSecret ? HIDDEN : what,
      why: isSecret ? SECRET_INSIDE : why,
    });
  }

  /** Says of every key of a map that was not looked at why that is. */
  leftOthers(
    json: Json,
    known: readonly string[],
    { prefix = "", reasons = {}, why = "has no counterpart here" }: Others = {},
  ): void {
    for (const [key, value] of json.fields) {
      if (known.includes(key) || !value.isGiven) continue;
      const reason = Object.hasOwn(reasons, key) ? reasons[key] : undefined;
      this.left(value.location, `${prefix}${shownName(key)}`, reason ?? why);
    }
  }
}

interface Others {
  /** What stands before each key in the report. */
  readonly prefix?: string;
  readonly reasons?: Readonly<Record<string, string>>;
  /** What is said of a key that has no reason of its own. */
  readonly why?: string;
}

const SECRET_INSIDE =
  "holds what looks secret, and such is never written; put that into a variable, and write the rest by hand";
// oxlint-disable-next-line no-control-regex -- a line of a Procfile has none of them but tabs
const CONTROL = /[\u0000-\u0008\u000A-\u001F\u007F]/;
const SEVERAL_LINES =
  "has several lines, or none, and a line of a Procfile is one; put it into a script of the image";
const NO_VALUE =
  "has no value there; if the app needs one: pulumi config set --path dash-scale:app.env.";

/** A name of somebody else's as a report shows it: no control characters, not longer than a line. */
export function shownName(name: string): string {
  const text = looksSecret(name) ? HIDDEN : name.slice(0, 80);
  return text === HIDDEN || /^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text);
}

const HIDDEN = "(a name that looks secret)";
