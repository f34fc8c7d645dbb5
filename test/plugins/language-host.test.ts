import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import languageRpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import type { ServiceError } from "@grpc/grpc-js";
import type {
  AboutResponse,
  RunPluginResponse,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ending } from "../../local/plugins/nodejs/child.ts";
import { commandLine, environment, runPath } from "../../local/plugins/nodejs/command.ts";
import type { Program } from "../../local/plugins/nodejs/command.ts";
import { runtimeOptions } from "../../local/plugins/nodejs/options.ts";
import { pluginOf, requiredPlugins } from "../../local/plugins/nodejs/packages.ts";
import { words } from "../../local/plugins/nodejs/words.ts";
import { toStruct } from "../../local/plugins/shared/struct.ts";
import { call, credentials, startPlugin } from "./plugin-process.ts";
import type { Plugin } from "./plugin-process.ts";

describe("nodeargs", () => {
  it.each([
    ["", []],
    ["  --import ./infra/node.mjs ", ["--import", "./infra/node.mjs"]],
    [`--a='b c' "d \\"e\\" f" g\\ h`, ["--a=b c", 'd "e" f', "g h"]],
    [`'' ""`, ["", ""]],
    ["--a # the rest is a comment", ["--a"]],
    ["--a=b#c", ["--a=b#c"]],
  ])("%j are %j", (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it.each(["'open", '"open', "ends in \\"])("%j are refused", (line) => {
    expect(() => words(line)).toThrow("unfinished quote or escape");
  });
});

describe("runtime options", () => {
  it("have the official defaults", () => {
    expect(runtimeOptions({})).toEqual({ typescript: true, tsconfig: undefined, nodeargs: [] });
  });

  it.each([
    [{ typescript: "no" }, "typescript option must be a boolean"],
    [{ nodeargs: ["--a"] }, "nodeargs option must be a string"],
    [{ tsconfig: 1 }, "tsconfigpath option must be a string"],
  ])("%j are refused", (options, message) => {
    expect(() => runtimeOptions(options)).toThrow(message);
  });
});

describe("the command line", () => {
  const program: Program = {
    monitor: "127.0.0.1:1",
    engine: "127.0.0.1:2",
    organization: "",
    project: "p",
    stack: "s",
    rootDirectory: "/root",
    programDirectory: "/root/program",
    entryPoint: ".",
    dryRun: true,
    parallel: 8,
    args: ["x"],
    config: new Map([
      ["p:b", "2"],
      ["p:config:a", "1"],
      ["kubernetes:context", "c"],
    ]),
    secretKeys: ["p:b"],
  };
  const options = runtimeOptions({ typescript: false, nodeargs: "--import ./x.mjs" });

  it("is the official one, without flags that say nothing", () => {
    const line = commandLine(program, "/run", { options, debug: ["--inspect-brk=1"], tracing: "" });
    expect(line.join(" ")).toBe(
      "--import ./x.mjs --inspect-brk=1 /run --monitor 127.0.0.1:1 --engine 127.0.0.1:2 --project p " +
        "--root-directory /root --stack s --pwd /root/program --dry-run --parallel 8 . x",
    );
  });

  it("has an environment with the config under namespaced keys", () => {
    expect(environment(program, options)).toEqual({
      PULUMI_CONFIG: '{"kubernetes:config:context":"c","p:config:a":"1","p:config:b":"2"}',
      PULUMI_CONFIG_SECRET_KEYS: '["p:b"]',
    });
    const stock = environment(program, runtimeOptions({ tsconfig: "t.json" }));
    expect(stock).toMatchObject({
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: "t.json",
    });
  });

  it("runs the SDK that the program has installed", () => {
    expect(runPath(process.cwd(), undefined)).toMatch(/@pulumi\/pulumi\/cmd\/run\/index\.js$/);
    expect(() => runPath(tmpdir(), undefined)).toThrow("SDK has not been installed");
  });
});

describe("an exit status", () => {
  it.each([
    [0, null, "", false],
    [32, null, "", true],
    [1, null, "Program exited with non-zero exit code: 1", false],
    [null, "SIGKILL", "Program was ended by the signal SIGKILL", false],
  ] as const)("%s %s means %j", (code, signal, error, bail) => {
    expect(ending(code, signal)).toEqual({ error, bail });
  });
});

describe("the plugins that a program needs", () => {
  it("are those of its packages that stand for one", async () => {
    const found = await requiredPlugins(process.cwd());
    expect(found.map(({ name }) => name)).toEqual(["kubernetes"]);
  });

  it.each([
    [{ name: "@pulumi/a", version: "1.2.3", pulumi: { resource: true } }, "a v1.2.3"],
    [
      { name: "b", version: "1.0.0", pulumi: { resource: true, name: "c", version: "v2.0.0" } },
      "c v2.0.0",
    ],
    [{ name: "b", version: "1.0.0", pulumi: { resource: true } }, undefined],
    [{ name: "@pulumi/a", version: "1.2.3" }, undefined],
  ])("of %j is %s", (manifest, expected) => {
    const plugin = pluginOf(manifest);
    expect(plugin === undefined ? undefined : `${plugin.name} ${plugin.version}`).toBe(expected);
  });
});

describe("the language host", () => {
  let folder: string;
  let host: Plugin;
  let client: InstanceType<typeof languageRpc.LanguageRuntimeClient>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "language-host-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    // The official host has the same variable for its own tests: what to run instead of the SDK.
    const program = join(folder, "program.mjs");
    host = await startPlugin("nodejs/pulumi-language-nodejs", {
      PULUMI_LANGUAGE_NODEJS_RUN_PATH: program,
    });
    client = new languageRpc.LanguageRuntimeClient(host.address, credentials);
  });
  afterEach(() => {
    client.close();
    host.kill("SIGKILL");
  });

  async function run(source: string) {
    await writeFile(join(folder, "program.mjs"), source);
    const info = new language.ProgramInfo();
    info.setProgramDirectory(folder);
    info.setEntryPoint(".");
    info.setOptions(toStruct({ typescript: false, nodeargs: "--title=seen" }));
    const request = new language.RunRequest();
    request.setInfo(info);
    request.getConfigMap().set("p:a", "1");
    const response = await call<RunResponse>((done) => client.run(request, done));
    return { error: response.getError(), bail: response.getBail() };
  }

  it("hands on what a program prints, with its arguments and config", async () => {
    const source = "console.log(process.title, process.env.PULUMI_CONFIG, process.argv.at(-1))";
    expect(await run(source)).toEqual({ error: "", bail: false });
    expect(host.output()).toBe('seen {"p:config:a":"1"} .');
  });

  it("says how a program ended", async () => {
    expect(await run("process.exit(3)")).toEqual({
      error: "Program exited with non-zero exit code: 3",
      bail: false,
    });
    expect(await run("process.exit(32)")).toEqual({ error: "", bail: true });
    expect(await run("process.kill(process.pid, 'SIGTERM')")).toEqual({
      error: "Program was ended by the signal SIGTERM",
      bail: false,
    });
  });

  it("interrupts the program when the engine cancels, then ends at its interrupt", async () => {
    const running = run("console.log('up'); setInterval(() => {}, 1000)");
    await expect.poll(() => host.output()).toBe("up");
    await call((done) => client.cancel(new empty.Empty(), done));
    expect((await running).error).toContain("SIGINT");
    host.kill("SIGINT");
    expect(await host.ended).toBe(0);
  });

  /** Runs a plugin of this source; what it prints is complete once `ended` is settled. */
  async function runPlugin(source: string) {
    const plugin = await mkdtemp(join(folder, "plugin-"));
    const sdk = join(plugin, "node_modules/@pulumi/pulumi/cmd/run-plugin");
    await mkdir(sdk, { recursive: true });
    await writeFile(join(sdk, "index.js"), source);
    const info = new language.ProgramInfo();
    info.setProgramDirectory(plugin);
    info.setOptions(toStruct({ nodeargs: "--title=unseen" }));
    const request = new language.RunPluginRequest();
    request.setInfo(info);
    request.setPwd(folder);
    request.setArgsList(["127.0.0.1:1"]);
    request.setEnvList([`PATH=${process.env["PATH"] ?? ""}`, "COLOUR=red=ish"]);
    const stream = client.runPlugin(request);
    const seen = { plugin, stream, output: "", errors: "" };
    stream.on("data", (response: RunPluginResponse) => {
      seen.output += Buffer.from(response.getStdout_asU8()).toString();
      seen.errors += Buffer.from(response.getStderr_asU8()).toString();
    });
    const ended = new Promise<string>((resolve) => {
      stream.once("end", () => resolve(""));
      stream.once("error", (error: ServiceError) => resolve(error.details));
    });
    return { seen, ended };
  }

  it("runs a plugin in the folder and with the variables that the engine names", async () => {
    const { seen, ended } = await runPlugin(
      "console.error(process.env.COLOUR, process.env.PULUMI_NODEJS_TYPESCRIPT, process.env.HOME); console.log(process.cwd(), process.argv.slice(2).join(' '))",
    );
    expect(await ended).toBe("");
    expect(seen.errors).toBe("red=ish true undefined\n");
    // As the official host has it, Node.js itself gets no arguments: pulumi/pulumi#20396.
    expect(seen.output).toBe(`${folder} --title=unseen ${seen.plugin} 127.0.0.1:1\n`);
  });

  it("says how a plugin ended", async () => {
    const { ended } = await runPlugin("process.exit(3)");
    expect(await ended).toBe("Program exited with non-zero exit code: 3");
  });

  it.each(["the engine ends the call", "the host ends"])("ends a plugin when %s", async (how) => {
    const { seen, ended } = await runPlugin(
      "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))",
    );
    await expect.poll(() => seen.output).toMatch(/^\d+\n$/);
    const port = Number(seen.output);
    expect(await listens(port)).toBe(true);
    if (how === "the host ends") host.kill("SIGINT");
    else seen.stream.cancel();
    await ended;
    await expect.poll(() => listens(port)).toBe(false);
  });

  it("says that it is a stand-in to who asks", async () => {
    const response = await call<AboutResponse>((done) =>
      client.about(new language.AboutRequest(), done),
    );
    expect(response.getMetadataMap().get("languageHost")).toContain("stand-in");
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.unref();
  });
}
