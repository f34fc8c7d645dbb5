/**
 * Measurements: `npm run bench -- LANE`.
 *
 * Each lane writes what it found into `bench/results/`.
 */
import { CommandError, Interrupted } from "../commands/system/errors.ts";
import { reporter } from "../local/system/progress.ts";

type Lane = (words: readonly string[]) => Promise<void>;

const LANES: Readonly<
  Record<string, { readonly what: string; readonly load: () => Promise<Lane> }>
> = {
  speed: {
    what: "install, preview and scale against peers, at 1 to 500 process types",
    load: async () => (await import("./speed/lane.ts")).speed,
  },
  clock: {
    what: "where the seconds of a change in scale go, beside helm and kubectl",
    load: async () => (await import("./clock/lane.ts")).clock,
  },
  scale: {
    what: "5,000 pods on 500 nodes, 500 process types, 50 stacks side by side",
    load: async () => (await import("./scale/lane.ts")).scale,
  },
  rollouts: {
    what: "whether pulumi up tells the truth of images that run, that do not, and of replicas",
    load: async () => (await import("./rollouts/lane.ts")).rollouts,
  },
  page: {
    what: "how fast the page is, in a real Chromium; and its picture",
    load: async () => (await import("./page/lane.ts")).page,
  },
  pods: {
    what: "the app in real containers: speed-up, lost requests, start-up, memory (Debian, root)",
    load: async () => (await import("./pods/lane.ts")).pods,
  },
  apps: {
    what: "whether apps of many kinds run at the first try, in real containers (Debian, root)",
    load: async () => (await import("./apps/lane.ts")).apps,
  },
};

async function main([name = "", ...words]: readonly string[]): Promise<number> {
  try {
    const lane = LANES[name];
    if (!lane) throw new CommandError(usage(name));
    await (
      await lane.load()
    )(words);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

function usage(name: string): string {
  const lanes = Object.entries(LANES).map(([lane, { what }]) => `  ${lane.padEnd(9)}${what}`);
  const said = name === "" ? "Which lane?" : `There is no lane "${name}".`;
  return `${said} Usage: npm run bench -- LANE [--help]\n\nLanes:\n${lanes.join("\n")}`;
}

function explain(error: unknown): number {
  const { say } = reporter();
  if (error instanceof Interrupted) {
    say("Interrupted; what was set up has been removed.");
    return error.exitStatus;
  }
  if (error instanceof CommandError) say(error.message);
  else console.error(error);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
