import { format } from "prettier";
import { helpSource } from "./help.ts";
import { pluginTypesSource } from "./plugin-types.ts";
import { referencePage } from "./reference.ts";
import { stackSchema } from "./schema.ts";
import { typesSource } from "./types.ts";

/**
 * Files that are made from the declarations: path from the project's root -> content, formatted as
 * all files are.
 */
export async function generated(): Promise<ReadonlyMap<string, string>> {
  const files = new Map([
    ["components/config/types.ts", typesSource()],
    ["commands/scale/fields.ts", helpSource()],
    ["package/plugin/settings.ts", pluginTypesSource()],
    ["stacks/schema.json", JSON.stringify(stackSchema())],
    ["docs/reference/config.md", referencePage()],
  ]);
  const formatted = [...files].map(async ([filepath, content]): Promise<[string, string]> => [
    filepath,
    await format(content, { filepath, printWidth: 100 }),
  ]);
  return new Map(await Promise.all(formatted));
}
