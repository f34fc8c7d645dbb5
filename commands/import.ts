import { parsedFlags, UsageError } from "./command-line.ts";
import type { Verb } from "./verb.ts";

const USAGE = `Writes a stack file from what another platform says of an app, and a Procfile where there is none. Reads files or
standard input and asks no platform; overwrites nothing. Prints what was taken, changed and left out, with its location.

  heroku ps:scale -a shop | npx dash-scale import -                             Heroku's formation
  npx dash-scale import app.json DOKKU_SCALE                                    Heroku's or Dokku's files
  dokku ps:scale shop --format json | npx dash-scale import -                   what runs on Dokku
  docker compose config --format json | npx dash-scale import -                 a Compose file
  kubectl get deploy,hpa,cronjob,ingress -o json | npx dash-scale import -      what runs in a namespace

What a file is follows from its content. Of several, the first one counts where they differ. Values that look secret
are written nowhere: the command that sets each is printed.

  -s, --stack NAME    the stack whose file is written; default: dev
  --image IMAGE       the container image that every process type runs; default: what was read, or a placeholder
  --dry-run           shows what would be written, and writes nothing

Exit status: 0 written, 1 mistakes, or a stack file that is there already; 2 the command line is not understood.
`;

const FLAGS = {
  stack: { type: "string", short: "s", default: "dev" },
  image: { type: "string" },
  "dry-run": { type: "boolean", default: false },
} as const;

/** What Pulumi takes as the name of a stack. Source: pulumi/pulumi, tokens.ParseStackName. */
const STACK_NAME = /^[\w.-]{1,100}$/;

export const importing: Verb = {
  usage: USAGE,
  run: async (args) => {
    const { values, positionals: files } = parsedFlags(args, FLAGS);
    const { stack, image, "dry-run": dryRun } = values;
    if (files.length === 0)
      throw new UsageError("expected a file such as app.json, or - for standard input");
    if (files.filter((it) => it === "-").length > 1)
      throw new UsageError("got - twice; standard input is read once");
    if (!STACK_NAME.test(stack))
      throw new UsageError(`got --stack ${stack}; expected letters, digits, -, _ and .`);
    const { run } = await import("./import/run.ts");
    return run({ files, stack, image, dryRun });
  },
};
