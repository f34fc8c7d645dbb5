// Loaded before the program (`nodeargs` in Pulumi.yaml).
import { useNode } from "./node-version.mjs";

useNode();
// Not before: an old Node.js cannot read it.
const { patchSdkLoading } = await import("./sdk/loading.ts");
patchSdkLoading();
