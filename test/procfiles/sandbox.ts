import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** How a program was started. */
export interface Seen {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A folder with stand-ins for the programs of a Procfile, which write down how they were started.
 */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), "dash-scale-procfile-"));
  readonly #records = join(this.folder, ".records");
  readonly #bin = join(this.folder, ".bin");
  /** For the programs' own use: stand-ins first, then `sh`, `env`, `grep` and the like. */
  readonly path = `${this.#bin}:/usr/bin:/bin`;

  /** @param programs names, for those on the PATH, and paths below the app's folder */
  constructor(programs: readonly string[]) {
    mkdirSync(this.#records);
    for (const program of programs) {
      const file = join(program.includes("/") ? this.folder : this.#bin, program);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, this.#standIn(), { mode: 0o755 });
    }
  }

  /** A file or folder that a line expects. */
  add(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  /** All starts so far, in order. */
  async seen(): Promise<Seen[]> {
    const names = (await readdir(this.#records)).filter((name) => name.endsWith(".argv"));
    const numbers = names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
    return Promise.all(numbers.map((number) => this.#read(number)));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #read(number: number): Promise<Seen> {
    const texts = async (suffix: string) =>
      (await readFile(join(this.#records, `${number}${suffix}`), "utf8")).split("\0").slice(0, -1);
    const env = (await texts(".env")).map((text): [string, string] => {
      const [name = "", ...value] = text.split("=");
      return [name, value.join("=")];
    });
    return { argv: await texts(".argv"), env: Object.fromEntries(env) };
  }

  /**
   * A small script, since nothing may come between PID 1 and what it does with signals. What
   * migrates or generates is done at once, as in life; all else runs until SIGTERM. The names of
   * the records count up, whatever namespace they are from.
   */
  #standIn(): string {
    return `#!/bin/sh
number=1
while ! mkdir ${this.#records}/$number 2>/dev/null; do number=$((number + 1)); done
cat /proc/$$/environ > ${this.#records}/$number.env
printf '%s\\0' "$0" "$@" > ${this.#records}/$number.new
mv ${this.#records}/$number.new ${this.#records}/$number.argv
case " $* " in *migrate*|*gendexcfg*) exit 0 ;; esac
trap 'exit 0' TERM
while :; do sleep 60 & wait $!; done
`;
  }
}

/**
 * What Kubernetes makes of a container's command: `$(VAR)` is the variable where there is one, `$$`
 * is `$`.
 */
export function asKubernetesExpands(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (found, name: string | undefined) =>
    name === undefined ? "$" : (env[name] ?? found),
  );
}

export function kept(name: string): string {
  return readFileSync(join(import.meta.dirname, "kept", name), "utf8");
}
