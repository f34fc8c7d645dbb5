import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { credentialsOf } from "../../infra/cluster/credentials.ts";
import { loadKubeconfig } from "../../infra/cluster/kubeconfig.ts";

let folder = "";
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "dash-scale-kubeconfig-"))));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** A kubeconfig of one context, whose cluster and user have its name. */
const config = (name: string, { cluster = {}, user = {}, current = name } = {}) => ({
  "current-context": current,
  contexts: [{ name, context: { cluster: name, user: name } }],
  clusters: [{ name, cluster: { server: `https://${name}.example.com`, ...cluster } }],
  users: [{ name, user }],
});

function file(name: string, content: object | string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const NOTHING_SAID = { kubeconfig: undefined, context: undefined, cluster: undefined };
const ambient = (...files: string[]) => {
  vi.stubEnv("KUBECONFIG", files.join(delimiter));
  return loadKubeconfig(NOTHING_SAID);
};
const given = (content: object, settings = {}) =>
  loadKubeconfig({ ...NOTHING_SAID, kubeconfig: JSON.stringify(content), ...settings });

describe("of several files, as kubectl and Pulumi's provider have it", () => {
  test("the first current context counts", async () => {
    const [one, two] = [file("one", config("staging")), file("two", config("production"))];
    expect(await ambient(one, two)).toMatchObject({ server: "https://staging.example.com" });
    expect(await ambient(two, one)).toMatchObject({ server: "https://production.example.com" });
    const none = file("none", config("other", { current: "" }));
    expect(await ambient(none, two)).toMatchObject({ context: "production" });
  });
  test("the first entry of a name counts", async () => {
    const mine = file("mine", config("default", { cluster: { server: "https://mine" } }));
    const other = file("other", config("default", { cluster: { server: "https://other" } }));
    expect(await ambient(mine, other)).toMatchObject({ server: "https://mine" });
  });
  test("those that are missing count for nothing, unless all are", async () => {
    const there = file("there", config("a"));
    expect(await ambient(join(folder, "missing"), there)).toMatchObject({ context: "a" });
    await expect(ambient(join(folder, "missing"))).rejects.toThrow(/no file .*missing$/);
  });
});

describe("only what is chosen has to be right", () => {
  const half = {
    ...config("good"),
    contexts: [...config("good").contexts, { name: "scratch", context: { user: "me" } }, null],
  };
  test("an entry that is half made is none of our business", async () => {
    expect(await given(half)).toMatchObject({ context: "good" });
  });
  test.each([
    ["a context that has no cluster", { context: "scratch" }, 'its context "scratch" names no'],
    ["a context that is not there", { context: "x" }, 'no context "x"; expected "good"'],
    ["a cluster that is not there", { cluster: "x" }, 'its context "good" names no cluster'],
  ])("%s is told", async (_, settings, message) => {
    await expect(given(half, settings)).rejects.toThrow(message);
  });
  test.each(["", "nonsense", "ftp://a", 7])("%j is no server", async (server) => {
    await expect(given(config("a", { cluster: { server } }))).rejects.toThrow(
      "address of a server",
    );
  });
  test("the stack's own settings count more", async () => {
    const two = { ...config("a"), clusters: [...config("a").clusters, ...config("b").clusters] };
    expect(await given(two, { cluster: "b" })).toMatchObject({ server: "https://b.example.com" });
  });
});

describe("as whom", () => {
  const headersOf = async (user: object) =>
    (await credentialsOf(await given(config("a", { user })))).headers;

  test.each<[string, object, object]>([
    ["a token", { token: "t" }, { authorization: "Bearer t" }],
    [
      "a name and a password",
      { username: "me", password: "p" },
      { authorization: "Basic bWU6cA==" },
    ],
    ["nobody", {}, {}],
    [
      "OpenID Connect, without renewing what kubectl needs to renew",
      { "auth-provider": { name: "oidc", config: { "id-token": "i", "refresh-token": "r" } } },
      { authorization: "Bearer i" },
    ],
    [
      "somebody else",
      {
        token: "t",
        as: "deployer",
        "as-uid": "7",
        "as-groups": ["ops", "dev"],
        "as-user-extra": { "Acme.io/Why": ["it", "is"] },
      },
      {
        authorization: "Bearer t",
        "impersonate-user": "deployer",
        "impersonate-uid": "7",
        "impersonate-group": ["ops", "dev"],
        "impersonate-extra-acme.io%2Fwhy": ["it", "is"],
      },
    ],
  ])("%s", async (_, user, headers) => expect(await headersOf(user)).toEqual(headers));

  test("a token in a file beside the kubeconfig, which is read again", async () => {
    file("pod/token", "first\n");
    const path = file("pod/config", config("a", { user: { token: "old", tokenFile: "token" } }));
    const access = await loadKubeconfig({ ...NOTHING_SAID, kubeconfig: path });
    const { headers, expires } = await credentialsOf(access);
    expect(headers).toEqual({ authorization: "Bearer first" });
    expect(expires - Date.now()).toBeLessThanOrEqual(60_000);
    file("pod/token", "second\n");
    expect((await credentialsOf(access)).headers).toEqual({ authorization: "Bearer second" });
  });
  test("a certificate, in the entry or in files beside the kubeconfig", async () => {
    file("pki/me.crt", "CERT");
    const data = Buffer.from("KEY").toString("base64");
    const user = { "client-certificate": "me.crt", "client-key-data": data };
    const path = file("pki/config", config("a", { user }));
    const { tls } = await credentialsOf(
      await loadKubeconfig({ ...NOTHING_SAID, kubeconfig: path }),
    );
    expect(tls).toMatchObject({ cert: "CERT", key: "KEY" });
  });
});

describe("whom to trust", () => {
  const tlsOf = async (cluster: object) =>
    (await credentialsOf(await given(config("a", { cluster })))).tls;

  test("the authority that is named, also one in the middle of a chain", async () => {
    const cluster = { "certificate-authority-data": Buffer.from("CA").toString("base64") };
    expect(await tlsOf(cluster)).toEqual({ ca: "CA", allowPartialTrustChain: true });
  });
  test("what the system trusts where none is", async () => {
    expect((await tlsOf({})).ca).toEqual(
      expect.arrayContaining([expect.stringContaining("BEGIN")]),
    );
  });
  test("anybody, under another name", async () => {
    const cluster = { "insecure-skip-tls-verify": true, "tls-server-name": "kubernetes" };
    expect(await tlsOf(cluster)).toEqual({ rejectUnauthorized: false, servername: "kubernetes" });
  });
  test("without TLS, nobody", async () => {
    expect(await tlsOf({ server: "http://127.0.0.1:8001" })).toEqual({});
  });
});
