import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectCopy, started } from "../support/command.ts";

let folder: string;
beforeAll(async () => {
  folder = await projectCopy();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const check = (...args: string[]) => started(folder, ["check", ...args]).ended;

/** Writes a stack file with this scale and Procfile. */
async function stackFile(
  name: string,
  scale: string,
  procfile = "web: gunicorn a:b",
): Promise<string> {
  const file = join(folder, name);
  const app = `{ image: "a:1", procfile: { text: "${procfile}" } }`;
  await writeFile(file, `config:\n  dash-scale:app: ${app}\n  dash-scale:scale: ${scale}\n`);
  return file;
}

describe("check", () => {
  test("of a stack without a mistake gives the resource summary that a preview gives", async () => {
    const { status, stdout, stderr } = await check();
    expect(stdout).toBe(`\
Stack dev (stacks/Pulumi.dev.yaml): no mistakes, 0 warnings.

Resource summary:

type   pods  memory   CPU  concurrency  surge
web       2     1Gi  500m            2      1
total     2     1Gi  500m            2      1
`);
    expect([status, stderr]).toEqual([0, ""]);
    expect((await check("--strict")).status).toBe(0);
  });
  test("shows the price of a month where the stack says what an hour costs", async () => {
    const file = await stackFile("Pulumi.priced.yaml", "{ web: 2 }");
    const prices = { cpu: 0.04, memory: 0.005, currency: "EUR" };
    await writeFile(
      file,
      `${await readFile(file, "utf8")}  dash-scale:prices: ${JSON.stringify(prices)}\n`,
    );
    const { stdout } = await check("--stack-file", file);
    expect(stdout).toMatch(/surge {2}EUR a month$/m);
    expect(stdout).toMatch(/^total .* 18\.25$/m);
    expect(JSON.parse((await check("--stack-file", file, "--json")).stdout).prices).toEqual(prices);
  });
  test("tells mistakes with their locations, and fails", async () => {
    const file = await stackFile("Pulumi.wrong.yaml", "{ web: -1, wrker: 2 }");
    const { status, stdout, stderr } = await check("--stack-file", file);
    expect(stderr).toContain("dash-scale:scale.web: ");
    expect(stderr).toContain("dash-scale:scale.wrker: ");
    expect([status, stdout]).toEqual([1, ""]);
    const { problems } = JSON.parse((await check("--stack-file", file, "--json")).stdout);
    expect(problems).toHaveLength(2);
  });
  test("tells warnings, and fails by them with --strict", async () => {
    const file = await stackFile("Pulumi.warned.yaml", "{ web: 1 }", "web: gunicorn a:b &");
    const { status, stdout, stderr } = await check("--stack-file", file);
    expect(stdout).toContain(
      "Stack warned (Pulumi.warned.yaml): no mistakes, 1 warning:\n  Procfile:1:",
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect((await check("--stack-file", file, "--strict")).status).toBe(1);
    const { warnings, problems } = JSON.parse((await check("--stack-file", file, "--json")).stdout);
    expect([warnings.length, problems]).toEqual([1, []]);
  });
  test("says the same of a stack as `scale` does, which reads it, too", async () => {
    const file = join(folder, "stacks/Pulumi.production.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("config:\n", "config:\n  dash-scale:nope: 1\n"));
    const said = await check("--stack", "production");
    expect(said).toEqual(await started(folder, ["scale", "--stack", "production"]).ended);
    expect(said.stderr).toContain("dash-scale:nope: unknown key.");
    await writeFile(file, text);
  });
});
