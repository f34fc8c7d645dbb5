import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { credentialsOf } from "../../infra/cluster/credentials.ts";
import { HttpClient } from "../../infra/cluster/http.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";
import { apiServer } from "../support/api-server.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dash-scale-helper-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A context whose user has a helper: a shell script, beside the kubeconfig. */
async function accessBy(script: string, { exec = {}, cluster = {} } = {}) {
  const helper = join(folder, "bin", "helper");
  writeFileSync(helper, `#!/bin/sh\ncd ${folder}\necho run >> runs\n${script}\n`);
  chmodSync(helper, 0o700);
  const user = { exec: { apiVersion: VERSION, command: "./bin/helper", ...exec } };
  const kubeconfig = join(folder, "config");
  const content = {
    "current-context": "a",
    contexts: [{ name: "a", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: "https://c.example.com", ...cluster } }],
    users: [{ name: "u", user }],
  };
  writeFileSync(kubeconfig, JSON.stringify(content));
  return loadKubeconfig({ kubeconfig, context: undefined, cluster: undefined });
}

const VERSION = "client.authentication.k8s.io/v1";
const giving = (status: object) => `echo '${JSON.stringify({ kind: "ExecCredential", status })}'`;
const runs = () => readFileSync(join(folder, "runs"), "utf8").split("\n").length - 1;

describe("a credential helper", () => {
  test("is found beside the kubeconfig, and gives a token until it expires", async () => {
    const until = "2030-01-01T00:00:00Z";
    const access = await accessBy(giving({ token: "t", expirationTimestamp: until }));
    expect(await credentialsOf(access)).toMatchObject({
      headers: { authorization: "Bearer t" },
      expires: Date.parse(until),
    });
  });
  test("gives a certificate and its key", async () => {
    const status = { clientCertificateData: "CERT", clientKeyData: "KEY" };
    const { tls, headers, expires } = await credentialsOf(await accessBy(giving(status)));
    expect(tls).toMatchObject({ cert: "CERT", key: "KEY" });
    expect({ headers, expires }).toEqual({ headers: {}, expires: Infinity });
  });
  test("gets its arguments and variables, and is told that nobody can be asked", async () => {
    const exec = { args: ["get", "token"], env: [{ name: "WHO", value: "me" }] };
    const script = `printf '%s' "$*,$WHO,$KUBERNETES_EXEC_INFO" > said; ${giving({ token: "t" })}`;
    await credentialsOf(await accessBy(script, { exec }));
    const info = { apiVersion: VERSION, kind: "ExecCredential", spec: { interactive: false } };
    expect(readFileSync(join(folder, "said"), "utf8")).toBe(`get token,me,${JSON.stringify(info)}`);
  });
  test("is told of the cluster where it asks for that", async () => {
    const authority = Buffer.from("CA").toString("base64");
    const cluster = {
      "certificate-authority-data": authority,
      "tls-server-name": "kubernetes",
      extensions: [{ name: "client.authentication.k8s.io/exec", extension: { garden: "g" } }],
    };
    const script = `printf '%s' "$KUBERNETES_EXEC_INFO" > said; ${giving({ token: "t" })}`;
    await credentialsOf(await accessBy(script, { exec: { provideClusterInfo: true }, cluster }));
    expect(JSON.parse(readFileSync(join(folder, "said"), "utf8"))).toHaveProperty("spec.cluster", {
      server: "https://c.example.com",
      "tls-server-name": "kubernetes",
      "certificate-authority-data": authority,
      config: { garden: "g" },
    });
  });
  test.each([
    ["says why it fails", "echo 'log in first' >&2; exit 1", {}, "log in first"],
    ["gives nothing", "echo '{}'", {}, "returned no credentials"],
    ["prints nonsense", "echo hello", {}, "returned no credentials"],
    ["wants to ask somebody", "", { interactiveMode: "Always" }, "has to ask a person"],
    ["is not named", "", { command: "" }, "names no command"],
  ])("that %s", async (_, script, exec, message) => {
    await expect(credentialsOf(await accessBy(script, { exec }))).rejects.toThrow(message);
  });
  test("is not run where the user has a token", async () => {
    const access = await accessBy("exit 1");
    const user = { folder, value: { ...access.user.value, token: "own" } };
    const { headers } = await credentialsOf({ ...access, user });
    expect(headers).toEqual({ authorization: "Bearer own" });
  });
  test("that waits for somebody is ended with what asked it", async () => {
    const ending = new AbortController();
    const script = "echo $$ > pid; exec sleep 60";
    const asked = credentialsOf(await accessBy(script), ending.signal).catch(String);
    await expect.poll(() => readFileSync(join(folder, "pid"), "utf8").trim()).toMatch(/^\d+$/);
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    ending.abort();
    expect(await asked).toContain("aborted");
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
  test("that reads what nobody types comes to its end", async () => {
    const access = await accessBy(`read answer; ${giving({ token: "t" })}`);
    expect((await credentialsOf(access)).headers).toEqual({ authorization: "Bearer t" });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("for many requests at once", () => {
  test("it is run once, and once more when its token is refused", async () => {
    let valid = "t1";
    const { kubeconfig } = await apiServer((_, response) => {
      const isGood = response.req.headers.authorization === `Bearer ${valid}`;
      setTimeout(() => response.writeHead(isGood ? 200 : 401).end("{}"), 20);
    });
    const server: string = JSON.parse(kubeconfig).clusters[0].cluster.server;
    const counting = `printf '{"status":{"token":"t%s"}}' "$(wc -l < runs | tr -d ' ')"`;
    const http = new HttpClient(await accessBy(`sleep 0.1; ${counting}`, { cluster: { server } }));
    const four = () =>
      Promise.all([1, 2, 3, 4].map((it) => http.send({ method: "GET", path: `/${it}` })));
    await four();
    expect(runs()).toBe(1);
    valid = "t2";
    await four();
    expect(runs()).toBe(2);
    await sleep(1);
    await four();
    expect(runs()).toBe(2);
  });
});
