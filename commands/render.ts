import process from "node:process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const USAGE = `Prints every Kubernetes object that a stack declares, as YAML. Needs no Pulumi, no cluster and no passphrase.

  npm run -s render -- --stack production
  npm run -s render -- --stack-file PATH
`;

/** What the person typed. */
interface Asked {
  readonly stack: string | undefined;
  readonly file: string | undefined;
}

function asked(): Asked {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", short: "s" },
      "stack-file": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const { stack, "stack-file": path } = values;
  // npm runs scripts in the project's root; a path is meant from where it was typed.
  const file = path === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? "", path);
  if ((stack === undefined) === (file === undefined))
    throw new TypeError("give --stack or --stack-file");
  return { stack, file };
}

async function main(): Promise<void> {
  const { stack, file } = asked();
  const { projectName, readStackFile, stackFile } = await import("./stack-file.ts");
  const { declaredObjects } = await import("./declare.ts");
  const { stringify } = await import("yaml");
  const configuration = readStackFile(file ?? stackFile(stack ?? ""));
  const objects = await declaredObjects(configuration, projectName());
  process.stdout.write(
    objects
      .map((object) => `---\n${stringify(object, { lineWidth: 0, compat: "yaml-1.1" })}`)
      .join(""),
  );
}

try {
  await main();
} catch (error) {
  const usage = error instanceof TypeError ? `\n\n${USAGE}` : "\n";
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${usage}`);
  process.exitCode = 1;
}
