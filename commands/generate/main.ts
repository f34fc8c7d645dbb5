import { ROOT } from "../../infra/root.ts";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { generated } from "../../components/config/generate/generated.ts";
import { PLUGIN_SCHEMA, pluginSchemaSource } from "../../package/plugin-schema.ts";
import { commandsPage, COMMANDS_PAGE } from "./commands-page.ts";
import { templateFiles } from "./template.ts";

/** What `npm run generate` runs. */

for (const [path, content] of [
  ...(await generated()),
  ...templateFiles(),
  [COMMANDS_PAGE, await commandsPage()],
] as const) {
  const file = resolve(ROOT, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
// From the types that were written just now.
await writeFile(resolve(ROOT, PLUGIN_SCHEMA), await pluginSchemaSource());
