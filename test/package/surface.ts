import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { ROOT } from "../../infra/root.ts";

/** The kept copy of what users of the package can call, and what they give and get. */
export const SURFACE = join(ROOT, "test/package/surface.txt");

/**
 * The declarations of everything that `import … from "dash-scale"` names, module by module.
 *
 * @param folder where the package was built
 */
export async function surfaceOf(folder: string): Promise<string> {
  const lib = join(folder, "lib");
  const index = join(lib, "package/index.d.ts");
  const text = await readFile(index, "utf8");
  const paths = [...text.matchAll(/from "(\.[^"]+)\.ts"/g)].map(([, path = ""]) => path);
  const modules = [...new Set(paths)].map((path) => resolve(dirname(index), `${path}.d.ts`));
  const parts = [index, ...modules].map(
    async (file) => `// ${relative(lib, file)}\n${await readFile(file, "utf8")}`,
  );
  return (await Promise.all(parts)).join("\n");
}
