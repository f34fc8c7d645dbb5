import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run } from "../../commands/system/children.ts";
import { projectCopy, started } from "../support/command.ts";

const STACKS = ["dev", "staging", "production"];
const LONG_AGO = new Date("2001-01-01");

let folder: string;

beforeEach(async () => {
  folder = await projectCopy();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const scale = (...args: string[]) => started(folder, ["scale", ...args]).ended;
const pathOf = (stack: string) => join(folder, `stacks/Pulumi.${stack}.yaml`);
const textOf = (stack: string) => readFile(pathOf(stack), "utf8");
const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await scale("--json", ...args)).stdout);

/** A stack of an app with four process types. */
async function shop(types: string, procfile = PROCFILE): Promise<void> {
  await writeFile(join(folder, "Procfile"), procfile);
  await writeFile(pathOf("dev"), `${SHOP}${types}`);
}
const PROCFILE =
  "web: gunicorn index:server\nworker: celery -A tasks worker --loglevel info --concurrency 4\nbeat: celery -A tasks beat\n";
const SHOP =
  "config:\n  dash-scale:app: { name: shop, image: 'registry.example.com/shop:1' }\n  dash-scale:scale:\n";

describe("without arguments", () => {
  test("shows the formation, what it comes to, and nothing wider than a terminal", async () => {
    await shop(
      "    web: { replicas: 4, workers: 2, memory: 1Gi, spread: required }\n    worker: 0\n",
    );
    const { status, stdout } = await scale();
    expect(stdout).toBe(`Stack dev (stacks/Pulumi.dev.yaml)

type    command             replicas  workers × threads  memory   CPU  spread
web     gunicorn index:se…         4              2 × 1     1Gi  250m  required
worker  celery -A tasks w…         0              - × -   512Mi  250m  preferred
beat    celery -A tasks b…         1              - × -   512Mi  250m  preferred

Total: 5 pods, 4608Mi memory, 1250m CPU, 8 requests at once.
A rollout of everything adds 0 pods for its duration.
`);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(status).toBe(0);
  });
  test("shows what an autoscaler goes by, and what it comes to at most", async () => {
    await shop(
      "    web: { min: 2, max: 10, cpu: 70 }\n    worker: { min: 0, max: 5, queue: { redis: 'redis:6379', list: celery } }\n",
    );
    expect((await scale()).stdout).toBe(`Stack dev (stacks/Pulumi.dev.yaml)

type    command           replicas  workers × threads  memory   CPU  spread     autoscale
web     gunicorn index:…      2-10              1 × 1   512Mi  250m  preferred  CPU 70 %
worker  celery -A tasks…       0-5              - × -   512Mi  250m  preferred  10 in celery
beat    celery -A tasks…         1              - × -   512Mi  250m  preferred  -

Total, at most: 16 pods, 8Gi memory, 4 CPU, 10 requests at once.
A rollout of everything adds 5 pods for its duration.
`);
  });
  test("as JSON, commands in full", async () => {
    expect(await json("--stack", "production")).toEqual({
      stack: "production",
      file: "stacks/Pulumi.production.yaml",
      formation: [
        {
          type: "web",
          command: "gunicorn index:server --workers 1",
          replicas: 4,
          workers: 2,
          threads: 1,
          memory: "512Mi",
          cpu: "500m",
          storage: "1Gi",
          spread: "preferred",
        },
      ],
      processes: {
        web: {
          deployment: "four-callbacks-web",
          replicas: 4,
          workers: 2,
          threads: 1,
          concurrency: 8,
          memory: "2Gi",
          cpu: "2",
          storage: "4Gi",
          surgePods: 1,
          spread: "preferred",
        },
      },
      totals: {
        pods: 6,
        memory: "2176Mi",
        cpu: "2200m",
        concurrency: 8,
        surgePods: 1,
        proxy: { replicas: 2, memory: "128Mi", cpu: "200m" },
      },
    });
  });
});

describe("with arguments", () => {
  test("shows what changes, writes it, and says how to bring it up", async () => {
    const before = await textOf("dev");
    const { status, stdout } = await scale("web=4");
    expect(stdout).toBe(`Stack dev (stacks/Pulumi.dev.yaml)

type    pods     memory       CPU  concurrency  surge  pods restart
web    2 → 4  1Gi → 2Gi  500m → 1        2 → 4      1  no
total  2 → 4  1Gi → 2Gi  500m → 1        2 → 4      1

  16 -     web: 2
     +     web: 4

Written to stacks/Pulumi.dev.yaml. Next: pulumi up --stack dev (on the local cluster: npx dash-scale local up --stack dev)
`);
    expect(await textOf("dev")).toBe(before.replace("web: 2", "web: 4"));
    expect(status).toBe(0);
  });
  test("tells which pods restart: those of a process type with another pod template", async () => {
    await shop("    web: 2\n    worker: 2\n");
    const { stdout } = await scale("web+1", "worker.memory=1Gi", "beat=0", "--dry-run");
    expect(stdout).toContain(
      `
type     pods           memory          CPU  concurrency  surge  pods restart
web     2 → 3     1Gi → 1536Mi  500m → 750m        2 → 3      1  no
worker      2        1Gi → 2Gi         500m            -      1  yes, one rollout
beat    1 → 0        512Mi → 0     250m → 0            -      0  no
total       5  2560Mi → 3584Mi        1250m        2 → 3      2

   4 -     web: 2
     +     web: 3
   5 -     worker: 2
     +     worker: { replicas: 2, memory: 1Gi }
   6 +     beat: 0

Dry run: nothing was written.
`,
    );
  });
  test("no pod restarts where none runs, before or after", async () => {
    await shop("    web: 0\n    worker: 2\n");
    const { stdout } = await scale("web=2:1Gi", "worker=0:1Gi", "--dry-run");
    expect(stdout).not.toContain("yes");
  });
  test("tells that the proxy restarts when a replica serves more at once, and not for replicas", async () => {
    const restarts = async (word: string) => {
      const { stdout } = await scale("--stack", "production", "--dry-run", word);
      return stdout
        .split("\n")
        .filter((line) => /^(web|\(proxy\))/.test(line) && line.endsWith("yes, one rollout"))
        .length;
    };
    expect(await restarts("web=8")).toBe(0);
    expect(await restarts("web.memory=1Gi")).toBe(1);
    expect(await restarts("web.workers=4")).toBe(2);
  });
  test.each(STACKS)("edits %s, and the program sees what was asked for", async (stack) => {
    const before = (await textOf(stack)).split("\n");
    const { status } = await scale("--stack", stack, "web=7");
    expect(status).toBe(0);
    const after = (await textOf(stack)).split("\n");
    expect(after.filter((line, index) => line !== before[index])).toHaveLength(1);
    expect(await json("--stack", stack)).toMatchObject({
      formation: [{ type: "web", replicas: 7 }],
    });
  });
  test("as JSON: before, after, what restarts, and the lines", async () => {
    expect(await json("web=3", "web.memory=1Gi")).toMatchObject({
      stack: "dev",
      changed: true,
      written: true,
      dryRun: false,
      before: { formation: [{ replicas: 2, memory: "512Mi" }], totals: { pods: 2 } },
      after: { formation: [{ replicas: 3, memory: "1Gi" }], totals: { pods: 3, memory: "3Gi" } },
      restarts: ["web"],
      proxyRestarts: false,
      lines: [{ line: 16, before: "    web: 2", after: "    web: { replicas: 3, memory: 1Gi }" }],
    });
  });
  test("a stack file that could not run is mended, too", async () => {
    await shop("    web: 400\n");
    expect((await scale("web+1")).stderr).toContain("dash-scale:scale.web: got 400");
    const { status, stdout } = await scale("web=4");
    expect(stdout).toContain("The scale before could not run, so only the new one is shown.");
    expect(status).toBe(0);
    expect(await textOf("dev")).toBe(`${SHOP}    web: 4\n`);
  });
  test("a stack file elsewhere", async () => {
    const file = join(folder, "Pulumi.other.yaml");
    await rename(pathOf("dev"), file);
    expect(await json("--stack-file", file, "web=3")).toMatchObject({
      stack: "other",
      written: true,
    });
  });
});

describe("leaves the file alone, its time included", () => {
  const untouched = async (...args: string[]) => {
    await utimes(pathOf("dev"), LONG_AGO, LONG_AGO);
    const before = await textOf("dev");
    const ended = await scale(...args);
    expect(await textOf("dev")).toBe(before);
    expect((await stat(pathOf("dev"))).mtime).toEqual(LONG_AGO);
    expect(await readdir(join(folder, "stacks"))).toHaveLength(4);
    return ended;
  };
  test("with --dry-run", async () => {
    const { status, stdout } = await untouched("web=4", "--dry-run");
    expect(stdout).toContain("     +     web: 4\n\nDry run: nothing was written.\n");
    expect(status).toBe(0);
  });
  test.each([["web=2"], ["web+0"], ["web.memory=512Mi"], ["web=2:512Mi"]])(
    "when there is nothing to do: %s",
    async (word) => {
      const { status, stdout } = await untouched(word);
      expect(stdout).toBe("Nothing to do: stacks/Pulumi.dev.yaml says so already.\n");
      expect(status).toBe(0);
    },
  );
  test("when a scale-down of an earlier day is to be confirmed: only Pulumi knows what runs", async () => {
    const { status, stdout } = await untouched("web=2", "--confirm");
    expect(stdout).toMatch(
      /^Nothing to do: .+\n--confirm confirms only what this command changes\. /,
    );
    expect(stdout).toContain("compared by pulumi preview");
    expect(status).toBe(0);
  });
  test("when one of several is wrong, and tells all that is", async () => {
    const { status, stdout, stderr } = await untouched("web=4", "wbe=2", "web.wrkers=2", "web+");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(`3 problems, nothing was changed:
  web+: is not a change; write TYPE=N, TYPE+N, TYPE-N, TYPE=N:MEMORY or TYPE.FIELD=VALUE, such as web=4
  dash-scale:scale.web.wrkers: unknown key. Did you mean "workers"? Expected "replicas", "workers", "threads", "memory", "cpu", "storage", "spread", "min", "max", "target", "queue" or "schedule"
  dash-scale:scale.wbe: the Procfile has no process type "wbe"; it has "web". Did you mean "web"?
`);
  });
  test("with --json, problems are JSON", async () => {
    expect(JSON.parse((await untouched("web=x", "--json")).stdout)).toMatchObject({
      problems: [{ location: "dash-scale:scale.web" }],
    });
  });
  test.each<[string[], number, string]>([
    [["web=3", "--stak", "dev"], 2, 'unknown option --stak. Did you mean "--stack"?'],
    [["web=3", "--up", "--dry-run"], 2, "--dry-run changes nothing"],
    [["web=3", "--stack-file", "nope.yaml"], 1, "nope.yaml: cannot be edited: ENOENT"],
    [["web=3", "-x"], 2, "unknown option -x."],
    [["--up"], 2, "--up needs something to change"],
    [["web=3", "--stack", "prodction"], 1, 'Did you mean "production"?'],
  ])("%j", async (args, ends, message) => {
    const { status, stderr } = await untouched(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(ends);
  });
  test("where it cannot be edited safely", async () => {
    await shop("    web: &n 2\n    worker: *n\n");
    await rm(pathOf("staging"));
    await writeFile(pathOf("other"), "");
    const { stderr } = await untouched("web=3");
    expect(stderr).toContain(
      "stacks/Pulumi.dev.yaml:4:5: edit it by hand: a change here would change more than that",
    );
  });
});

describe("worker-1", () => {
  test("is one less of worker, though there is a worker-1", async () => {
    await shop("    worker: 3\n", `${PROCFILE}worker-1: sleep 1\n`);
    expect((await scale("worker-1")).status).toBe(0);
    expect(await textOf("dev")).toBe(`${SHOP}    worker: 2\n`);
    expect((await scale("worker-1=4")).status).toBe(0);
    expect(await textOf("dev")).toBe(`${SHOP}    worker: 2\n    worker-1: 4\n`);
  });
  test("is explained where there is only a worker-1", async () => {
    await shop("    web: 1\n", "web: gunicorn a:b\nworker-1: sleep 1\n");
    const { stderr } = await scale("worker-1");
    expect(stderr).toContain(
      'the Procfile has no process type "worker"; it has "web" or "worker-1".',
    );
    expect(stderr).toContain(
      'worker-1: is read as less of "worker"; for the process type "worker-1" write worker-1=N',
    );
  });
});

describe("the file", () => {
  test("keeps its mode, and a link stays one", async () => {
    const target = join(folder, "elsewhere.yaml");
    await rename(pathOf("dev"), target);
    await symlink("../elsewhere.yaml", pathOf("dev"));
    await chmod(target, 0o640);
    expect((await scale("web=4")).status).toBe(0);
    expect((await lstat(pathOf("dev"))).isSymbolicLink()).toBe(true);
    expect((await stat(target)).mode & 0o777).toBe(0o640);
    expect(await readFile(target, "utf8")).toContain("web: 4");
  });
  test("is replaced, never written into: who has the old one open goes on reading it", async () => {
    const old = await textOf("dev");
    await link(pathOf("dev"), join(folder, "old.yaml"));
    expect((await scale("web=4")).status).toBe(0);
    expect(await readFile(join(folder, "old.yaml"), "utf8")).toBe(old);
    expect(await textOf("dev")).not.toBe(old);
  });
  test("is left alone where its bytes are no UTF-8", async () => {
    const bytes = Buffer.concat([Buffer.from("# \xe9\n", "latin1"), await readFile(pathOf("dev"))]);
    await writeFile(pathOf("dev"), bytes);
    const { status, stderr } = await scale("web=4");
    expect(stderr).toContain("stacks/Pulumi.dev.yaml: cannot be edited: The encoded data");
    expect(status).toBe(1);
    expect(await readFile(pathOf("dev"))).toEqual(bytes);
  });
  test("has both changes after two edits at once", async () => {
    await shop("    web: 2\n    worker: 2\n");
    const both = await Promise.all([scale("web+1"), scale("worker=5"), scale("web+1")]);
    expect(both.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(await textOf("dev")).toBe(`${SHOP}    web: 4\n    worker: 5\n`);
    expect((await readdir(join(folder, "stacks"))).filter((name) => name.startsWith("."))).toEqual(
      [],
    );
  });
  test("is the old one or the new one, whenever the command is killed; the next one goes on", async () => {
    await shop(`    web: 2\n${"    # a long comment\n".repeat(10_000)}`);
    const old = await textOf("dev");
    const texts = new Set<string>();
    for (let wait = 200; wait <= 700; wait += 100) {
      const { child, ended } = started(folder, ["scale", "web=3"]);
      await sleep(wait);
      child.kill("SIGKILL");
      await ended;
      texts.add(await textOf("dev"));
      await writeFile(pathOf("dev"), old);
    }
    texts.delete(old);
    texts.delete(old.replace("web: 2", "web: 3"));
    expect(texts.size).toBe(0);
    expect((await scale("web=5")).status).toBe(0);
    expect(await textOf("dev")).toBe(old.replace("web: 2", "web: 5"));
    expect((await readdir(join(folder, "stacks"))).filter((name) => name.startsWith("."))).toEqual(
      [],
    );
  }, 60_000);
});

describe("a scale-down of more than half, where the stack wants it to be confirmed", () => {
  const GUARDS = "  dash-scale:guards: { scaleDown: confirm }\n";
  const PROBLEM =
    'dash-scale:confirm.worker: is missing: 10 replicas of worker become 2, less than half. If that is meant, confirm it: pulumi config set --path dash-scale:confirm.worker "10 -> 2"; or add --confirm here\n';

  test("is refused, and nothing is written", async () => {
    await shop(`    worker: 10\n${GUARDS}`);
    for (const flags of [[], ["--dry-run"], ["--up"]]) {
      const { status, stdout, stderr } = await scale("worker=2", "web=2", ...flags);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toBe(`1 problem, nothing was changed:\n  ${PROBLEM}`);
    }
    expect(await textOf("dev")).toBe(`${SHOP}    worker: 10\n${GUARDS}`);
  });
  test("is confirmed with --confirm, in the same edit, and shown", async () => {
    await shop(`    worker: 10\n${GUARDS}`);
    const { status, stdout } = await scale("worker=2", "web=2", "--confirm");
    expect(stdout).toContain(`
   4 -     worker: 10
     +     worker: 2
   5 +     web: 2
   7 +   dash-scale:confirm:
   8 +     worker: "10 -> 2"
`);
    expect(await textOf("dev")).toBe(
      `${SHOP}    worker: 2\n    web: 2\n${GUARDS}  dash-scale:confirm:\n    worker: "10 -> 2"\n`,
    );
    expect(status).toBe(0);
  });
  test("with --confirm takes the place of what was confirmed before, however it is spelled, and of nothing else", async () => {
    const confirm = "  dash-scale:confirm: { Worker: '20 -> 9', web: 4 -> 1 } # meant\n";
    await shop(
      `    worker: { min: 4, max: 20, queue: { redis: 'redis:6379', list: celery } }\n${GUARDS}${confirm}`,
    );
    expect((await scale("worker.min=1", "worker.max=5", "--confirm")).status).toBe(0);
    expect(await textOf("dev")).toContain(
      "  dash-scale:confirm: { Worker: '4-20 -> 1-5', web: 4 -> 1 } # meant\n",
    );
  });
  test("that is confirmed already needs no flag, and one of half or less no confirmation", async () => {
    await shop(`    worker: 10\n${GUARDS}  dash-scale:confirm: { worker: 10 -> 2 }\n`);
    const { stdout } = await scale("worker=2", "--confirm", "--dry-run");
    expect(stdout).not.toContain("dash-scale:confirm");
    expect((await scale("worker=2")).status).toBe(0);
    expect((await scale("worker=1", "--confirm")).status).toBe(0);
    expect(await textOf("dev")).toContain("dash-scale:confirm: { worker: 10 -> 2 }\n");
  });
  test("is free where the stack does not say so", async () => {
    await shop("    worker: 10\n");
    expect((await scale("worker=0", "--confirm")).status).toBe(0);
    expect(await textOf("dev")).toBe(`${SHOP}    worker: 0\n`);
  });
  test("is asked for in production", async () => {
    const { stderr } = await scale("--stack", "production", "web=1");
    expect(stderr).toContain("dash-scale:scale.web.replicas: got 1");
    expect((await scale("--stack", "production", "web=12")).status).toBe(0);
    expect((await scale("--stack", "production", "web=3")).stderr).toContain(
      'dash-scale:confirm.web "12 -> 3"; or add --confirm here',
    );
  });
});

describe("--up", () => {
  const stub = async (script: string) => {
    const bin = join(folder, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return bin;
  };
  test("runs pulumi up for the stack when all is written, and ends as it does", async () => {
    const bin = await stub(
      'echo "$@ in $(basename "$PWD")"; grep "web:" stacks/Pulumi.dev.yaml; exit 7',
    );
    const { ended } = started(folder, ["scale", "web=4", "--up", "--yes"], bin);
    const { status, stdout } = await ended;
    const name = folder.split("/").at(-1) ?? "";
    expect(stdout).toContain(
      `Written to stacks/Pulumi.dev.yaml.\nup --stack dev --yes in ${name}\n    web: 4\n`,
    );
    expect(status).toBe(7);
  });
  test("does not where anything is wrong", async () => {
    const bin = await stub("echo started");
    const { stdout, status } = await started(folder, ["scale", "web=x", "--up"], bin).ended;
    expect([stdout, status]).toEqual(["", 1]);
  });
});

test("it takes less than a second of processor time, and no passphrase", async () => {
  const times: number[] = [];
  for (const count of [3, 4, 5]) {
    // Bash says what its children took: what else the machine does meanwhile does not count.
    const script = '"$0" "$@" > /dev/null && times | tail -n 1';
    const args = [process.execPath, "commands/dash-scale.mjs", "scale", `web=${count}`];
    const { stdout } = await run("bash", ["-c", script, ...args], { cwd: folder });
    const seconds = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)].map(
      ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
    );
    expect(seconds).toHaveLength(2);
    times.push(seconds.reduce((sum, it) => sum + it, 0));
  }
  expect(Math.min(...times)).toBeLessThan(1);
});
