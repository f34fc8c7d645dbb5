import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { hasCode, CommandError } from "../../commands/system/errors.ts";
import { lastLines, mustRun, run } from "../../commands/system/children.ts";
import type { GoBuild, ToolSet } from "./catalogue.ts";

const toolchainFolder = join(import.meta.dirname, "..", "toolchain");

export interface BuildOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

/** What `go version` calls itself, such as `go1.26.8`; undefined where there is no Go. */
export async function goVersion(signal?: AbortSignal): Promise<string | undefined> {
  try {
    const { stdout } = await run("go", ["version"], signal ? { signal } : {});
    return /\bgo\d[^\s]*/.exec(stdout)?.[0];
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Builds a set of tools from its pinned Go modules into a folder.
 *
 * Reaches the Go module proxy that Go is set up with and nothing else; go.sum says what the modules
 * must be.
 */
export async function build(
  set: ToolSet,
  { module = set.name, packages, linkerFlags, moduleFiles }: GoBuild,
  folder: string,
  { signal, onProgress }: BuildOptions,
): Promise<void> {
  const [only] = set.files;
  const output = set.files.length === 1 && only ? join(folder, only) : `${folder}/`;
  const cwd = join(toolchainFolder, module);
  let compiled = 0;
  const { status, stderr } = await run(
    "go",
    ["build", "-v", "-o", output, "-ldflags", `-s -w ${linkerFlags}`, ...packages],
    {
      cwd,
      env: goEnvironment(folder),
      ...(signal ? { signal } : {}),
      onErrorLine: (line) => {
        if (!line.startsWith("go: ")) compiled += 1;
        onProgress?.(line.startsWith("go: ") ? line : `${compiled} packages, ${line}`);
      },
    },
  );
  if (status !== 0) throw new CommandError(`go build failed:\n${lastLines(complaints(stderr))}`);
  if (!moduleFiles) return;
  const options = { cwd, env: goEnvironment(folder), ...(signal ? { signal } : {}) };
  const list = ["list", "-m", "-f", "{{.Dir}}", moduleFiles.path];
  const source = (await mustRun("go", list, options)).stdout.trim();
  for (const file of moduleFiles.files)
    await copyFile(join(source, file), join(folder, basename(file)));
}

/** The person's Go settings, less those that would change what is built or for which machine. */
function goEnvironment(folder: string): NodeJS.ProcessEnv {
  const { GOOS: _os, GOARCH: _arch, ...rest } = process.env;
  return {
    ...rest,
    CGO_ENABLED: "0",
    GOFLAGS: "-trimpath",
    GOWORK: "off",
    GO111MODULE: "on",
    // Go's scratch files go where ours do, so that nothing is left behind when it is interrupted.
    GOTMPDIR: folder,
  };
}

/** What `go build -v` says apart from the packages it goes through. */
function complaints(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => /\s/.test(line.trim()));
  return lines.length > 0 ? lines.join("\n") : stderr;
}
