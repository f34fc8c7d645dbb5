import { listOr } from "../components/config/errors.ts";
import { parsedFlags, UsageError } from "./command-line.ts";
import type { Verb } from "./verb.ts";

const USAGE = `Writes a Pulumi project for the app in this folder: Pulumi.yaml, package.json, index.js, .gitignore, and a stack file for
dev and one for production. Reads the Procfile and what lies beside it, and says what it saw and what to type next.
Overwrites nothing.

  npx dash-scale init                                             into the folder deploy/
  npx dash-scale init --image registry.example.com/shop:1.4.2     with the image that the processes run
  npx dash-scale init --here                                      into this folder
  npx dash-scale init --from app.json --from DOKKU_SCALE          with what another platform's files say

  --image IMAGE   the container image that every process type runs; default: a placeholder
  --name NAME     the name of the project and the app; default: this folder's
  --pipeline NAME a pipeline, too: github or gitlab
  --from FILE     a file of another platform, or - for standard input: what \`npx dash-scale import\` reads; also several
  --here          writes into this folder, for a repository of its own
  --dry-run       shows what would be written, and writes nothing

Exit status: 0 written, 1 mistakes, or files that are there already; 2 the command line is not understood.
`;

const FLAGS = {
  image: { type: "string" },
  name: { type: "string" },
  pipeline: { type: "string" },
  from: { type: "string", multiple: true },
  here: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
} as const;

export const init: Verb = {
  usage: USAGE,
  run: async (args) => {
    const { values, positionals } = parsedFlags(args, FLAGS);
    const [word] = positionals;
    if (word !== undefined) throw new UsageError(`got ${word}; expected options only`);
    const { image, name, here, from = [], pipeline: asked, "dry-run": dryRun } = values;
    const { PIPELINES } = await import("./init/pipeline.ts");
    const pipeline = PIPELINES.find((it) => it === asked);
    if (asked !== undefined && !pipeline)
      throw new UsageError(`got --pipeline ${asked}; expected ${listOr(PIPELINES)}`);
    const { run } = await import("./init/run.ts");
    return run({ image, name, here, from, pipeline, dryRun, folder: process.cwd() });
  },
};
