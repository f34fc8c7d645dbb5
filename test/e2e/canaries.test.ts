import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import type { LocalEnvironment } from "../../local/environment.ts";
import type { RunResult } from "../../commands/system/children.ts";
import { canariesIn, canary, filesWith } from "../support/canary.ts";
import { EchoWebhook } from "./echo-webhook.ts";
import type { SeenProcess } from "./process-watch.ts";
import { processesWhile } from "./process-watch.ts";
import { Project } from "./project.ts";
import { suiteEnvironment } from "./suite.ts";

const NAME = "canaries";
const SECRETS = {
  SIMPLE: canary(),
  SPECIAL: canary(),
  LINES: canary(),
  JSON: canary(),
  CHANGED: canary(),
  KUBECONFIG: canary(),
  ELSEWHERE: canary(),
  SERVICE_HOST: canary(),
  SERVICE_USER: canary(),
  SERVICE_PASSWORD: canary(),
  SERVICE_CHANGED: canary(),
};
/** A Secret that is somebody else's. Its address is one that no rule lets through: that is a warning. */
const SERVICE = { secret: "z-service", env: { REDIS_URL: "uri", REDIS_PASSWORD: "password" } };
const service = (password: string) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: SERVICE.secret, namespace: NAME },
  stringData: {
    uri: `redis://${SECRETS.SERVICE_USER}:${password}@${SECRETS.SERVICE_HOST}.redis:6379/0`,
    password,
  },
});
/** What is not secret, and has to be found where a secret must not be: else the search is blind. */
const OPEN = { plain: canary(), encoded: canary(), argument: canary() };

const VALUES: Readonly<Record<string, string>> = {
  SIMPLE: SECRETS.SIMPLE,
  SPECIAL: `"'$(HOME)\`\\%s%20&<${SECRETS.SPECIAL}>{}\t€`,
  LINES: `-----BEGIN KEY-----\n${SECRETS.LINES}\n"${SECRETS.LINES}"\n-----END KEY-----`,
  JSON: JSON.stringify({ password: SECRETS.JSON }),
};
/** Keys that are not for secrets, and the places that are told of them. */
const WRONG_PLACES: Readonly<Record<string, string>> = {
  "dash-scale:app.env.TOKEN": "dash-scale:app",
  "dash-scale:scale.web": "dash-scale:scale",
  "dash-scale:processes.web.health.path": "dash-scale:processes",
  "dash-scale:token": "dash-scale:token",
  "dash-scale:secrets.MAP.key": "dash-scale:secrets.MAP",
};
const ENV = { PLAIN: OPEN.plain, ENCODED: Buffer.from(`x${OPEN.encoded}`).toString("base64") };
/**
 * All that Pulumi can be made to say, of itself and its plugins, short of `-v=9`: there the engine
 * itself writes down every value that it sends or gets.
 */
const VERBOSE = ["--logtostderr", "--logflow", "-v=8", "--debug"];

const secretsIn = (content: string | Buffer) => canariesIn(content, Object.values(SECRETS));
const said = ({ stdout, stderr }: RunResult) => `${stdout}\n${stderr}`;

// One app through its life: each test goes on from where the one before it left off.
describe("the value of a secret", { timeout: 300_000 }, () => {
  let environment: LocalEnvironment;
  let project: Project;
  /** Stands in for the home folder and for that of temporary files. */
  let own: string;
  /** All that was printed, by what printed it. */
  const printed: { by: string; text: string }[] = [];
  const processes: SeenProcess[] = [];

  /** Runs something, and keeps all that it prints. */
  const kept = async (by: string, running: Promise<RunResult>) => {
    const result = await running;
    printed.push({ by, text: said(result) });
    return result;
  };
  const pulumi = (...args: string[]) => kept(`pulumi ${args.join(" ")}`, project.pulumi(...args));
  const command = (name: string, ...args: string[]) =>
    kept(`dash-scale ${name} ${args.join(" ")}`, project.command(name, ...args));
  const written = () => {
    const { state, pulumiHomes } = environment.paths;
    return [project.folder, own, state, ...Object.values(pulumiHomes)];
  };

  beforeAll(async () => {
    own = await mkdtemp(join(tmpdir(), "dash-scale-canaries-"));
    await mkdir(join(own, "home"));
    environment = withVariables(await suiteEnvironment(inject("paths")), {
      TMPDIR: own,
      HOME: join(own, "home"),
    });
    project = await Project.create(environment, {
      name: NAME,
      procfile: "web: gunicorn index:server\nrelease: migrate\n",
      app: { env: ENV, createNamespace: false },
      more: { services: { cache: SERVICE } },
    });
    await project.kubectl("create", "namespace", NAME);
    await project.apply(service(SECRETS.SERVICE_PASSWORD));
    for (const [name, value] of Object.entries(VALUES)) await project.setSecret(name, value);
  });
  afterAll(async () => {
    await project.remove();
    await project.kubectl("delete", "namespace", NAME, "--ignore-not-found", "--wait=false");
    await rm(own, { recursive: true, force: true });
  });

  const loud = (...args: string[]) => [...args, ...VERBOSE, "--event-log", join(own, "events")];

  test("is not told by preview, with all its detail", async () => {
    const preview = await pulumi(...loud("preview", "--diff", "--show-full-output"));
    expect(preview.status).toBe(0);
    expect((await pulumi("preview", "--json", "--show-config")).status).toBe(0);
  });

  test("is not told by up, whose arguments nobody sees it in either", async () => {
    const args = ["up", "--yes", "--diff", "--show-config", "--message", OPEN.argument];
    const watched = await processesWhile(own, () => pulumi(...loud(...args)));
    expect(watched.outcome.status).toBe(0);
    processes.push(...watched.processes);
    const output = await pulumi("stack", "output", "--json");
    expect(JSON.parse(output.stdout)).toHaveProperty("totals");
    expect((await pulumi("up", "--yes", "--json", "--refresh")).status).toBe(0);
  });

  test("is in the pods, as it was given", async () => {
    const get = ["--namespace", NAME, "get", "secrets", "--output", "json"];
    const { items }: { items: { data: Record<string, string> }[] } = JSON.parse(
      await project.kubectl(...get),
    );
    const [{ data } = { data: {} }] = items;
    const entries = Object.entries(data).map(([key, it]) => [key, Buffer.from(it, "base64")]);
    expect(Object.fromEntries(entries.map(([key, it]) => [key, String(it)]))).toEqual(VALUES);
  });

  test("is not told by what looks at a stack", async () => {
    for (const args of [
      ["stack", "export"],
      ["stack", "history", "--json"],
      ["stack", "--show-urns"],
      ["config", "--json"],
      ["refresh", "--yes", "--diff", ...VERBOSE],
      ["refresh", "--preview-only", "--json"],
    ]) {
      expect(await pulumi(...args)).toMatchObject({ status: 0 });
    }
  });

  test("is not told by the commands of npm", async () => {
    const stack = ["--stack", "test"];
    expect(await command("render", ...stack)).toMatchObject({ status: 0 });
    expect(await command("scale", ...stack)).toMatchObject({ status: 0 });
    expect(await command("scale", ...stack, "--json")).toMatchObject({ status: 0 });
    expect(await command("scale", ...stack, "web=2")).toMatchObject({ status: 0 });
    const selector = ["--selector", `app.kubernetes.io/name=${NAME}`];
    await project.kubectl("--namespace", NAME, "delete", "secrets", ...selector);
    expect(await kept("drift", project.drift())).toMatchObject({ status: 2 });
    expect(await kept("drift --json", project.drift({}, "--json"))).toMatchObject({ status: 2 });
    expect(await pulumi("up", "--yes", "--refresh", "--diff")).toMatchObject({ status: 0 });
  });

  test("is told by the engine itself at -v=9, and by nothing else", async () => {
    await project.setSecret("SIMPLE", `${SECRETS.SIMPLE}9`);
    const { stderr, stdout } = await project.pulumi("up", "--yes", "--logtostderr", "-v=9");
    expect(secretsIn(stdout)).toEqual([]);
    const lines = stderr.split("\n").filter((line) => secretsIn(line).length > 0);
    const others = lines.filter((line) => !/"msg":"(Unm|M)arshaling property for RPC/.test(line));
    expect(others).toEqual([]);
  });

  test("is not told when it changes", async () => {
    await project.setSecret("SIMPLE", SECRETS.CHANGED);
    await project.apply(service(SECRETS.SERVICE_CHANGED));
    expect(await kept("drift", project.drift())).toMatchObject({ status: 2 });
    expect(await kept("drift --json", project.drift({}, "--json"))).toMatchObject({ status: 2 });
    expect(await pulumi(...loud("preview", "--diff"))).toMatchObject({ status: 0 });
    expect(await pulumi(...loud("up", "--yes", "--diff"))).toMatchObject({ status: 0 });
  });

  test("is not told where a key or the whole Secret of a service is missing", async () => {
    const { REDIS_URL } = SERVICE.env;
    await project.change({ more: { services: { cache: { ...SERVICE, env: { A: "none" } } } } });
    const missing = await pulumi(...loud("up", "--yes", "--diff"));
    expect(said(missing)).toContain(`has no key "none"; it has "password" or "${REDIS_URL}"`);
    await project.change({ more: { services: { cache: { ...SERVICE, secret: "none" } } } });
    expect(await pulumi(...loud("preview", "--diff"))).not.toMatchObject({ status: 0 });
    await project.change({ more: { services: { cache: SERVICE } } });
  });

  test("is not told by a refusal of the cluster that quotes it as it is, or as JSON", async () => {
    const webhook = await EchoWebhook.start(environment, NAME);
    try {
      await project.setSecret("SIMPLE", `${SECRETS.SIMPLE}!`);
      const up = await pulumi("up", "--yes", "--skip-preview", "--diff");
      expect(up.status).not.toBe(0);
      for (const way of Object.keys(EchoWebhook.quoting)) expect(said(up)).toContain(`${way}: `);
    } finally {
      await webhook.stop();
    }
  });

  test("is not told where it stands at the wrong place", async () => {
    const before = await readFile(project.stackFile, "utf8");
    for (const path of Object.keys(WRONG_PLACES)) {
      await project.setSecretAt(path, SECRETS.ELSEWHERE);
    }
    const preview = await pulumi(...loud("preview", "--diff"));
    expect(preview.status).not.toBe(0);
    for (const paths of Object.values(WRONG_PLACES)) expect(said(preview)).toContain(`${paths}: `);
    await command("render", "--stack", "test");
    await command("scale", "--stack", "test", "--json");
    await project.write("stacks/Pulumi.test.yaml", before);
  });

  test("is not told of a kubeconfig that is one", async () => {
    const before = await readFile(project.stackFile, "utf8");
    const kubeconfig = parse(await readFile(environment.paths.kubeconfig, "utf8"));
    kubeconfig.users.push({ name: "other", user: { token: SECRETS.KUBECONFIG } });
    for (const [text, status] of [
      [JSON.stringify(kubeconfig), 0],
      [`apiVersion: v1\nusers: [{ name: other, user: { token: "${SECRETS.KUBECONFIG} } }]\n`, 1],
    ] as const) {
      await project.setSecretAt("kubernetes:kubeconfig", text);
      await project.change({ scale: { web: 4 - status } });
      const up = await pulumi(...loud("up", "--yes", "--diff"));
      expect(up.status === 0).toBe(status === 0);
      await kept("drift", project.drift());
    }
    await project.write("stacks/Pulumi.test.yaml", before);
  });

  test("is not told by destroy", async () => {
    expect(await pulumi(...loud("destroy", "--yes", "--diff"))).toMatchObject({ status: 0 });
  });

  test("is in nothing that was printed", () => {
    expect(printed.length).toBeGreaterThan(20);
    const told = printed.filter(({ text }) => secretsIn(text).length > 0).map(({ by }) => by);
    expect(told).toEqual([]);
  });

  test("is in no file: state, backups, logs, stack files, temporary ones", async () => {
    const found = await filesWith(written(), Object.values(SECRETS));
    // docs/operate/access.md: what Pulumi's provider leaves of a kubeconfig that it was given as
    // contents, for the same user alone.
    const left = found.filter(({ file }) => /\/kubeconfig\d+$/.test(file));
    for (const { file, canaries } of left) {
      expect(canaries).toEqual([SECRETS.KUBECONFIG]);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect(found.filter((it) => !left.includes(it))).toEqual([]);
  });

  test("is in no arguments; in an environment only of the program itself", () => {
    const commands = processes.map(({ argv }) => argv);
    expect(commands.filter((argv) => secretsIn(argv).length > 0)).toEqual([]);
    const holders = processes.filter(({ environment: it }) => secretsIn(it).length > 0);
    // Pulumi's language hosts hand a program its config so; only the same user and root can read
    // that.
    expect(holders.length).toBeGreaterThan(0);
    expect(holders.filter(({ argv }) => !argv.includes("@pulumi/pulumi/cmd/run"))).toEqual([]);
  });

  test("would have been found: what is not secret is, everywhere", async () => {
    const { plain, encoded, argument } = OPEN;
    for (const by of [
      "pulumi preview --diff",
      "pulumi preview --json",
      "pulumi up",
      "dash-scale render",
    ]) {
      const texts = printed.filter((it) => it.by.startsWith(by)).map(({ text }) => text);
      expect([by, canariesIn(texts.join("\n"), [plain, encoded])]).toEqual([by, [plain, encoded]]);
    }
    const files = await filesWith(written(), [plain, encoded]);
    const { state } = environment.paths;
    const paths = ["history", "backups"].map((it) => join(state, ".pulumi", it));
    paths.push(join(own, "events"), join(project.folder, "stacks"));
    const blind = paths.filter((path) => !files.some(({ file }) => file.startsWith(path)));
    expect(blind).toEqual([]);
    expect(processes.some(({ argv }) => argv.includes(argument))).toBe(true);
  });
});

/** The same environment, with some variables changed for Pulumi and all that it starts. */
function withVariables(environment: LocalEnvironment, env: NodeJS.ProcessEnv): LocalEnvironment {
  return {
    ...environment,
    env: { ...environment.env, ...env },
    pulumi: (args, options = {}) =>
      environment.pulumi(args, { ...options, env: { ...options.env, ...env } }),
  };
}
