import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema.js";
import { format } from "prettier";
import { ROOT } from "../infra/root.ts";

const PLUGIN = join(ROOT, "package/plugin");
/** Where the schema is kept that the component gives out. */
export const PLUGIN_SCHEMA = "package/plugin/schema.json";
const NAME = "dash-scale";
const DESCRIPTION =
  "A Dash app, or any app with a Procfile, on Kubernetes, each process type at its own scale";

/**
 * What Pulumi's own analyzer makes of the component's types: the schema from which SDKs for other
 * languages are made. The version is left out, which the component adds when it runs.
 */
function pluginSchema(): object {
  const entry = { name: NAME, main: "app.js" };
  const { components, typeDefinitions, dependencies } = new Analyzer(
    PLUGIN,
    NAME,
    entry,
    new Set(["App"]),
  ).analyze();
  const { version: _, ...schema } = generateSchema(
    NAME,
    "",
    DESCRIPTION,
    components,
    typeDefinitions,
    dependencies,
  );
  return schema;
}

export function pluginSchemaSource(): Promise<string> {
  return format(JSON.stringify(pluginSchema()), { filepath: PLUGIN_SCHEMA, printWidth: 100 });
}
