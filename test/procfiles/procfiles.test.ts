import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { podTemplate } from "../../components/manifest/deployment.ts";
import { parseProcfile } from "../../components/procfile/procfile.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import { planOf } from "../support/plan.ts";
import type { Container } from "./pid1.ts";
import { runAsPid1, UNSHARE } from "./pid1.ts";
import type { Seen } from "./sandbox.ts";
import { asKubernetesExpands, kept, Sandbox } from "./sandbox.ts";

interface Source {
  readonly repository: string;
  readonly licence: string;
  /** Process types that do not stop at SIGTERM, and why. */
  readonly cannot?: Readonly<Record<string, string>>;
  /** Process types that start no program, and why. */
  readonly startsNothing?: Readonly<Record<string, string>>;
}

const SOURCES: Readonly<Record<string, Source>> = JSON.parse(
  readFileSync(join(import.meta.dirname, "sources.json"), "utf8"),
);
/** Variables that the lines use, with what a shell would take apart. */
const ENV = {
  CELERY_CONCURRENCY: "2",
  JAVA_OPTS: "-Xmx300m -Dfile.encoding=UTF-8",
  SHIPIT_ENV: "production",
  VERSION: "v3 * 'x'",
  LOG_LEVEL: "info",
  COMMANDS: "$(LOG_LEVEL) $LOG_LEVEL",
};
/** What the lines start; `env`, `sh`, `grep` and the like are the real ones. */
const PROGRAMS = [
  ..."bundle celery ddtrace-run docker go gunicorn java newrelic-admin node python redis-server rerun uwsgi yarn".split(
    " ",
  ),
  ..."docker-worker docker-worker-celery delayed_job etcd plugin-server puma rake release"
    .split(" ")
    .map((name) => `bin/${name}`),
  ..."argo argocd workflow-controller".split(" ").map((name) => `dist/${name}`),
  ..."start-git.sh start-helm-registry.sh"
    .split(" ")
    .map((name) => `test/fixture/testrepos/${name}`),
  "./router",
];
/** What every start of a program changes. */
const VOLATILE = new Set(["PWD", "OLDPWD", "SHLVL", "_", "PATH"]);

const FILES = Object.entries(SOURCES).map(([name, source]) => {
  const text = kept(name);
  const plan = planOf({ procfile: text, app: { env: ENV } });
  return { name, text, plan, source, ...parseProcfile(text) };
});
const LINES = FILES.flatMap(({ entries, ...file }) => entries.map((entry) => ({ ...file, entry })));
/** bash, for one, takes the place of its last command in more cases. */
const shIsDash = realpathSync("/bin/sh").endsWith("/dash");

describe("a Procfile of a public project", () => {
  test.each(FILES)("$name is read in full", ({ text, entries, problems }) => {
    expect(problems).toEqual([]);
    expect(entries.length).toBe(text.split("\n").filter((it) => /^[\w-]+:/.test(it)).length);
  });

  test("there are 20 of them at least, and all say where they are from", () => {
    expect(FILES.length).toBeGreaterThanOrEqual(20);
    for (const { repository, licence } of Object.values(SOURCES)) {
      expect(repository).toMatch(/^https:\/\/github\.com\//);
      expect(["MIT", "BSD-3-Clause", "Apache-2.0", "CC0-1.0"]).toContain(licence);
    }
  });
});

describe("a line of a public project, as PID 1", () => {
  test.concurrent.for(LINES)(
    "$name, $entry.type: runs as sh has it, and stops or is known not to",
    { timeout: 60_000 },
    async ({ plan, source: { cannot = {}, startsNothing = {} }, entry }, context) => {
      if (UNSHARE === undefined) return context.skip("this machine allows no namespaces (unshare)");
      const { type, command, commandLocation } = entry;
      const sandbox = sandboxFor();
      try {
        const pod = podOf(plan, type);
        const wanted = await runAsPid1({ ...pod, command: ["/bin/sh", "-c", command] }, sandbox);
        const found = await runAsPid1(pod, sandbox);
        expect(found.programs.map(comparable)).toEqual(wanted.programs.map(comparable));
        const isWarned = plan.warnings.some(
          ({ location, message }) => location === commandLocation && message.includes("SIGTERM"),
        );
        expect(isWarned).toBe(cannot[type] !== undefined || type === "dev-mounter");
        if (!shIsDash) return undefined;
        expect(found.stops).toBe(cannot[type] === undefined);
        expect(found.programs.length > 0).toBe(startsNothing[type] === undefined);
      } finally {
        sandbox.remove();
      }
    },
  );
});

/** What the lines need besides their programs. */
function sandboxFor(): Sandbox {
  const sandbox = new Sandbox(PROGRAMS);
  sandbox.add("target/app.jar", "");
  sandbox.add("ui/package.json", "{}");
  for (const file of ["dex/argocd-dex-server", "redis/argocd-redis"])
    sandbox.add(
      `manifests/base/${file}-deployment.yaml`,
      "image: ghcr.io/dexidp/dex:v2\nimage: redis:7\n",
    );
  return sandbox;
}

/** What the kubelet would start. */
function podOf(plan: AppPlan, type: string): Container {
  const process = plan.processes.find((it) => it.type === type) ?? plan.release;
  if (!process) throw new Error(`there is no ${type}`);
  // Plain values: nothing here is only known later.
  const { spec }: PlainTemplate = JSON.parse(
    JSON.stringify(podTemplate(process, { image: "a", serviceAccount: "a" })),
  );
  const [container] = spec.containers;
  if (!container) throw new Error(`${type} has no container`);
  const env: Record<string, string> = {};
  for (const { name, value } of container.env) env[name] = asKubernetesExpands(value, env);
  return { command: container.command.map((word) => asKubernetesExpands(word, env)), env };
}

interface PlainTemplate {
  readonly spec: {
    readonly containers: readonly {
      readonly command: readonly string[];
      readonly env: readonly { readonly name: string; readonly value: string }[];
    }[];
  };
}

function comparable({ argv, env }: Seen): Seen {
  return {
    argv,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !VOLATILE.has(name))),
  };
}
