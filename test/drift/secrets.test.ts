import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Examined, Report } from "../../commands/drift/report.ts";
import { changedSecrets } from "../../commands/drift/secrets.ts";
import { secretDigest } from "../../components/manifest/secret-digest.ts";

const KEY = "0123";
const BEFORE = new Map([["uri", "YQ=="]]);
const digest = secretDigest(KEY, {
  secret: "shop-redis",
  keys: new Set(["uri"]),
  data: BEFORE,
});

const deployment = (name: string, annotations: Readonly<Record<string, string>>): Examined => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  name,
  namespace: "shop",
  uid: undefined,
  state: "as it was",
  applied: {
    spec: {
      template: {
        metadata: { annotations, labels: { "app.kubernetes.io/name": "shop" } },
        spec: {
          containers: [
            {
              env: [
                { name: "PLAIN", value: "a" },
                {
                  name: "REDIS_URL",
                  valueFrom: { secretKeyRef: { name: "shop-redis", key: "uri" } },
                },
              ],
            },
          ],
        },
      },
    },
  },
  now: undefined,
  differing: [],
  ignored: [],
  fieldManager: undefined,
});
const USED = deployment("shop-web", { "secret.dash-scale/shop-redis": digest });

describe("Secrets that have changed", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dash-scale-drift-"));
    await pulumi(0, KEY);
    await kubectl(BEFORE);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const stub = (program: string, script: string) =>
    writeFile(join(folder, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  /** A Pulumi that shows a state with this key. */
  const pulumi = (status: number, key: string) => {
    const outputs = { output: { plaintext: JSON.stringify(key) } };
    const urn = "urn:pulumi:test::shop::pulumi:index:Stash::shop-digest-key";
    const state = { deployment: { resources: [{ type: "pulumi:index:Stash", urn, outputs }] } };
    return stub(
      "pulumi",
      `echo "$@" >> ${folder}/asked\n[ ${status} = 0 ] && echo '${JSON.stringify(state)}'\necho "error: no such stack" >&2\nexit ${status}`,
    );
  };
  /** A cluster with this Secret. */
  const kubectl = (data: ReadonlyMap<string, string>) => {
    const secret = { metadata: { uid: "1" }, data: Object.fromEntries(data) };
    return stub("kubectl", `cat > /dev/null; echo '${JSON.stringify(secret)}'`);
  };
  const found = (...objects: Examined[]) => {
    const report: Report = { objects, config: {}, errors: [] };
    const programs = { pulumi: join(folder, "pulumi"), kubectl: join(folder, "kubectl") };
    const tools = { ...programs, env: process.env, project: folder };
    return changedSecrets(report, { stack: "test", tools, signal: new AbortController().signal });
  };

  test("are none where each digest is that of the values", async () => {
    expect(await found(USED)).toEqual({ changed: [], unknown: [] });
  });
  test("are told with the Deployments whose pods have the values of before", async () => {
    await kubectl(new Map([["uri", "Yg=="]]));
    expect(await found(USED, { ...USED, name: "shop-worker" })).toEqual({
      changed: [
        {
          name: "shop-redis",
          namespace: "shop",
          change: "changed",
          usedBy: ["shop-web", "shop-worker"],
        },
      ],
      unknown: [],
    });
  });
  test("are told where they are gone", async () => {
    await stub("kubectl", "cat > /dev/null");
    expect((await found(USED)).changed).toMatchObject([{ change: "deleted" }]);
  });
  test("are unknown where a Secret may not be read, or the state is not shown", async () => {
    await stub("kubectl", "cat > /dev/null; echo 'Error: forbidden' >&2; exit 1");
    expect(await found(USED)).toEqual({
      changed: [],
      unknown: ["Whether Secret shop-redis has changed is unknown: Error: forbidden"],
    });
    await pulumi(1, KEY);
    expect(await found(USED)).toEqual({
      changed: [],
      unknown: ["Whether Secrets have changed is unknown: error: no such stack"],
    });
  });
  test("are not looked for where no pods have digests", async () => {
    await pulumi(1, KEY);
    expect(await found(deployment("shop-web", {}))).toEqual({ changed: [], unknown: [] });
  });
});
