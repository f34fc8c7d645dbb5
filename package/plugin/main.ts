import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { provider } from "@pulumi/pulumi";
import { ownFolder } from "../../commands/init/own-package.ts";
import { useNode } from "../../infra/node-version.mjs";
import { appProvider } from "./provider.ts";
import schema from "./schema.json" with { type: "json" };

/** What Pulumi runs for the component: it serves until Pulumi ends it. */
export function serve(): void {
  useNode();
  // The plugin's own manifest has no version: it is that of the package.
  const manifest = join(ownFolder(dirname(import.meta.dirname)), "package.json");
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, "utf8"));
  void provider.main(appProvider(version, schema), process.argv.slice(2));
}
