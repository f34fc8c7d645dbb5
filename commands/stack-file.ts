import { existsSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { isMap } from "../components/config/is-map.ts";
import { ConfigError, didYouMean, listOr } from "../components/config/errors.ts";
import type { ChosenStack } from "./command-line.ts";
import type { ProjectOnDisk } from "./project.ts";
import { findProject } from "./project.ts";
import { readText, readYaml, valueOf } from "./yaml.ts";

/** The configuration of a stack as Pulumi's engine hands it to a program. */
export interface StackConfiguration {
  /** Name of the stack. */
  readonly stack: string;
  /** Full key -> text; maps and lists as JSON. Secret values are a placeholder. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys that hold a secret. */
  readonly secretKeys: readonly string[];
}

/** What stands for a secret value. It is what Pulumi shows, too. */
export const SECRET_PLACEHOLDER = "[secret]";

/** The stack file of a stack by its name. */
function stackFile(stack: string, project: ProjectOnDisk): string {
  const file = join(project.stacks, `Pulumi.${stack}.yaml`);
  if (existsSync(file)) return file;
  throw noSuchStack(stack, project);
}

/** The stacks of a project that have a stack file. */
export function stackNames({ stacks: folder }: ProjectOnDisk): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
}

export function noSuchStack(stack: string, project: ProjectOnDisk): ConfigError {
  const stacks = stackNames(project);
  const expected = stacks.length === 0 ? "a stack file" : listOr(stacks);
  const message = `no such stack; expected ${expected}.${didYouMean(stack, stacks)}`;
  const file = join(project.stacks, `Pulumi.${stack}.yaml`);
  return new ConfigError([{ location: relative(process.cwd(), file), message }]);
}

/** A stack, and where its file is. */
export interface StackLocation {
  /** Name of the stack. */
  readonly stack: string;
  /** The stack's name for Pulumi: maybe `organization/project/stack`. */
  readonly pulumiStack: string;
  readonly file: string;
  /** The file as messages call it: its path from here. */
  readonly shown: string;
  /** Its project. */
  readonly project: ProjectOnDisk;
}

/** @throws ConfigError where there is no such stack, or no project */
export function locateStack({ stack, stackFile: path }: ChosenStack): StackLocation {
  // `organization/project/stack`: the file is named after the last part.
  const name = stack.split("/").at(-1) ?? stack;
  const project = findProject();
  const file = path ?? stackFile(name, project);
  return {
    stack: path === undefined ? name : stackOf(file),
    // A stack whose file is elsewhere goes by the name in the file's own.
    pulumiStack: path === undefined ? stack : stackOf(file),
    file,
    shown: relative(process.cwd(), file),
    project,
  };
}

/** The stack that a file is of by its name. */
function stackOf(file: string): string {
  return /^Pulumi\.(.+)\.ya?ml$/.exec(basename(file))?.[1] ?? basename(file);
}

/**
 * Reads a stack file without an engine.
 *
 * @throws ConfigError where it cannot be read or is not YAML, with the place
 */
export function readStackFile({ file, project }: StackLocation): StackConfiguration {
  return stackConfiguration(readText(file), file, project.name);
}

/**
 * What a stack file of this text says, as {@link readStackFile}. A key without a project's name is
 * this project's.
 */
export function stackConfiguration(
  text: string,
  file: string,
  project: string,
): StackConfiguration {
  const content = mapping(parsed(text, file), file);
  const config = mapping(content["config"] ?? {}, file);
  const secretKeys: string[] = [];
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    const fullKey = key.includes(":") ? key : `${project}:${key}`;
    const { plain, secret } = withoutSecrets(value);
    if (secret) secretKeys.push(fullKey);
    values[fullKey] = textOfValue(plain);
  }
  return { stack: stackOf(file), values, secretKeys };
}

/** Of a value that is missing, Pulumi makes an empty text. */
function textOfValue(value: unknown): string {
  return typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
}

function parsed(text: string, file: string): unknown {
  return valueOf(readYaml(text, relative(process.cwd(), file)).document);
}

function mapping(value: unknown, file: string): Record<string, unknown> {
  if (value === null) return {};
  if (isMap(value)) return value;
  const message = "is not a stack file: it has no map `config`";
  throw new ConfigError([{ location: `${relative(process.cwd(), file)}:1:1`, message }]);
}

/** A value with each `{ secure: … }` in it replaced, and whether there was any. */
function withoutSecrets(value: unknown): { plain: unknown; secret: boolean } {
  if (Array.isArray(value)) {
    const items = value.map(withoutSecrets);
    return { plain: items.map(({ plain }) => plain), secret: items.some(({ secret }) => secret) };
  }
  if (!isMap(value)) return { plain: value, secret: false };
  if (Object.keys(value).length === 1 && typeof value["secure"] === "string") {
    return { plain: SECRET_PLACEHOLDER, secret: true };
  }
  const entries = Object.entries(value).map(([key, item]) => ({ key, ...withoutSecrets(item) }));
  return {
    plain: Object.fromEntries(entries.map(({ key, plain }) => [key, plain])),
    secret: entries.some(({ secret }) => secret),
  };
}
