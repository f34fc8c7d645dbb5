import { chosenStack, parsedFlags, refuseWords, STACK_FLAGS, STACK_USAGE } from "./command-line.ts";
import type { Verb } from "./verb.ts";

const USAGE = `Prints every Kubernetes object that a stack declares, as YAML. Needs no Pulumi, no cluster and no passphrase.

  npx dash-scale render                      the stack dev
  npx dash-scale render --stack production   another stack

${STACK_USAGE}
`;

export const render: Verb = { usage: USAGE, run };

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsedFlags(args, STACK_FLAGS);
  refuseWords(positionals);
  const { locateStack, readStackFile } = await import("./stack-file.ts");
  const location = locateStack(chosenStack(values));
  const configuration = readStackFile(location);
  const { patchSdkLoading } = await import("../infra/sdk/loading.ts");
  patchSdkLoading();
  const { declaredObjects } = await import("./declare.ts");
  const objects = await declaredObjects(configuration, location.project);
  const { stringify } = await import("yaml");
  process.stdout.write(
    objects
      .map((object) => `---\n${stringify(object, { lineWidth: 0, compat: "yaml-1.1" })}`)
      .join(""),
  );
  return 0;
}
