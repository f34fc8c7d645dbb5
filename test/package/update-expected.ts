import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPackage } from "../../package/build.ts";
import { SURFACE, surfaceOf } from "./surface.ts";

const folder = await mkdtemp(join(tmpdir(), "dash-scale-package-"));
await buildPackage(folder);
await writeFile(SURFACE, await surfaceOf(folder));
await rm(folder, { recursive: true, force: true });
