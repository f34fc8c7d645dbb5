import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run } from "../../commands/system/children.ts";
import { provideNode } from "../../local/system/own-node.ts";

it("has the Node.js that runs this, alone, and in the place of the one before", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dash-scale-node-"));
  try {
    await symlink("/old/node", join(folder, "node"));
    await provideNode(folder);
    expect(await readdir(folder)).toEqual(["node"]);
    const { stdout } = await run("node", ["--version"], { env: { PATH: folder } });
    expect(stdout.trim()).toBe(process.version);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
