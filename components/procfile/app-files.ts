import { readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { callsIn } from "./call.ts";
import { decodeText } from "./decode.ts";
import type { Packages, Requirement } from "./packages.ts";
import { LOCK_FILES, PACKAGE_FILES, requirementsIn } from "./packages.ts";
import type { Procfile, ProcfileSource } from "./procfile.ts";
import { readProcfile } from "./procfile.ts";
import type { SaidInCode } from "./script-code.ts";
import { listensInCode } from "./script-code.ts";
import { scriptOf } from "./server.ts";

/** What is read of an app. */
export interface AppFiles {
  readonly procfile: Procfile;
  /** What lies beside the Procfile. */
  readonly root: FolderFiles;
  /** What lies in the folders that its commands change into, by folder as written. */
  readonly folders: ReadonlyMap<string, FolderFiles>;
  /** Where the scripts that its commands run listen by their code, by command. */
  readonly scripts: ReadonlyMap<string, SaidInCode>;
}

/** What lies in one folder of an app. */
export interface FolderFiles {
  /** Undefined where no file says which Python packages the app needs. */
  readonly requirements: readonly Requirement[] | undefined;
  /** Whether the app may need more packages than its files list. */
  readonly isOpen: boolean;
  /** Languages that other files of packages are of: `Node.js` by package.json. */
  readonly languages: readonly string[];
  /** Whether there is a file gunicorn.conf.py, which gunicorn reads unasked. */
  readonly hasGunicornFile: boolean;
}

export const NO_FILES: FolderFiles = {
  requirements: undefined,
  isOpen: false,
  languages: [],
  hasGunicornFile: false,
};

/** https://docs.gunicorn.org/en/stable/settings.html#config */
const GUNICORN_FILE = "gunicorn.conf.py";
const LANGUAGES: readonly (readonly [file: string, language: string])[] = [
  ["package.json", "Node.js"],
  ["Gemfile", "Ruby"],
  ["pom.xml", "Java"],
  ["build.gradle", "Java"],
  ["build.gradle.kts", "Java"],
  ["build.sbt", "Scala"],
  ["go.mod", "Go"],
  ["composer.json", "PHP"],
  ["mix.exs", "Elixir"],
  ["Cargo.toml", "Rust"],
];

/** Reads an app's Procfile, and what lies beside it and where its commands change into. */
export function readApp(source: ProcfileSource | undefined): AppFiles {
  const folder = typeof source === "string" ? dirname(source) : undefined;
  const procfile = readProcfile(source);
  if (folder === undefined)
    return { procfile, root: NO_FILES, folders: new Map(), scripts: new Map() };
  const named = procfile.entries.flatMap(({ command }) => folderOf(command) ?? []);
  const folders = [...new Set(named)].map((name) => [name, readFolder(folder, name)] as const);
  const scripts = procfile.entries.flatMap(({ command }) => {
    const said = readScript(folder, command);
    return said ? [[command, said] as const] : [];
  });
  return {
    procfile,
    root: readFolder(folder, ""),
    folders: new Map(folders),
    scripts: new Map(scripts),
  };
}

/** Scripts that run a server are short; nothing is looked for in others. */
const MAX_SCRIPT = 100_000;

function readScript(base: string, command: string): SaidInCode | undefined {
  const script = scriptOf(command);
  if (script === undefined) return undefined;
  const path = inImage(posix.join(folderOf(command) ?? "", script));
  const code = staysBelow(path) ? textOf(join(base, path)) : undefined;
  return code === undefined || code.length > MAX_SCRIPT ? undefined : listensInCode(code, path);
}

/** What lies where a command runs; beside the Procfile where nothing of use lies there. */
export function filesOf(command: string, { root, folders }: AppFiles): FolderFiles {
  const files = folders.get(folderOf(command) ?? "");
  const isOfUse = files && (files.requirements !== undefined || files.languages.length > 0);
  return isOfUse ? { ...files, hasGunicornFile: files.hasGunicornFile } : root;
}

/**
 * The folder below the Procfile's that a command changes into; undefined where it stays, or leaves.
 */
function folderOf(command: string): string | undefined {
  const written = callsIn(command).findLast(({ folder }) => folder !== undefined)?.folder;
  if (written === undefined) return undefined;
  const folder = inImage(written);
  return folder !== "." && staysBelow(folder) ? folder : undefined;
}

/** Images have the app in a folder of their own, most often /app. */
function inImage(path: string): string {
  return posix.normalize(path.replace(/^\/(app|code|workspace)\//, ""));
}

function staysBelow(path: string): boolean {
  return !path.startsWith("/") && !path.startsWith("..");
}

function readFolder(base: string, name: string): FolderFiles {
  const at = (file: string) => join(base, name, file);
  const shown = (file: string) => posix.join(name, file);
  const read = (files: typeof PACKAGE_FILES) =>
    files.flatMap(([file, parse]) => {
      const text = textOf(at(file));
      return text === undefined ? [] : [parse(shown(file), text)];
    });
  const listed = read(PACKAGE_FILES).flatMap((packages) => withReferences(base, packages));
  const found = listed.some(({ requirements }) => requirements.length > 0)
    ? listed
    : [...listed, ...read(LOCK_FILES)];
  return {
    requirements: found.length === 0 ? undefined : found.flatMap((it) => it.requirements),
    isOpen: found.some(({ isOpen }) => isOpen),
    languages: [...new Set(LANGUAGES.flatMap(([file, it]) => (isFile(at(file)) ? [it] : [])))],
    hasGunicornFile: isFile(at(GUNICORN_FILE)),
  };
}

const MAX_REFERENCES = 20;

/**
 * A file of requirements with those that it refers to; one that is not there leaves the packages
 * open.
 */
function withReferences(base: string, packages: Packages): Packages[] {
  const found = [packages];
  const seen = new Set<string>();
  let isOpen = false;
  for (const { references } of found) {
    for (const file of references) {
      if (seen.has(file)) continue;
      seen.add(file);
      const isRead = staysBelow(file) && seen.size <= MAX_REFERENCES;
      const text = isRead ? textOf(join(base, file)) : undefined;
      if (text === undefined) isOpen = true;
      else found.push(requirementsIn(file, text));
    }
  }
  return isOpen ? [...found, { requirements: [], references: [], isOpen }] : found;
}

/** What is in the file helps, and is not needed: one that cannot be read is as good as none. */
function textOf(file: string): string | undefined {
  try {
    // The end of anything else, like a pipe, may never come.
    return isFile(file) ? decodeText(readFileSync(file)) : undefined;
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
