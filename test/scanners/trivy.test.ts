import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { versions } from "../../local/versions.ts";
import { MANIFEST_CASES } from "../manifest/cases.ts";
import { BAD, objections } from "./scan.ts";

const CONFIGURATION = join(import.meta.dirname, "trivy");

function trivy(file: string): Promise<string> {
  return objections(inject("scanners").trivy, [
    "config",
    "--exit-code=1",
    "--quiet",
    // The rules that are built in, whatever this machine has downloaded: an empty cache has none.
    "--skip-check-update",
    `--cache-dir=${inject("scratch")}`,
    "--skip-version-check",
    "--disable-telemetry",
    "--misconfig-scanners=kubernetes",
    `--k8s-version=${versions.kubernetes}`,
    `--ignorefile=${join(CONFIGURATION, "ignore.yaml")}`,
    `--config-data=${join(CONFIGURATION, "data")}`,
    file,
  ]);
}

test.for(MANIFEST_CASES)("trivy finds nothing in $name", async ({ expected }) => {
  expect(await trivy(expected)).toBe("");
});

test("trivy objects to a privileged container", async () => {
  expect(await trivy(BAD)).toContain("AVD-KSV-0017");
});
