import { ConfigError } from "../../components/config/errors.ts";
import { previousScale } from "../history/entries.ts";
import { historyOf } from "../history/read.ts";
import { whenText, whoText } from "../history/print.ts";
import { stackTools } from "../stack-tools.ts";
import type { StackLocation } from "../stack-file.ts";
import { interruptible } from "../system/interrupt.ts";
import { readText } from "../yaml.ts";
import { scaleIn } from "./decide.ts";
import type { Options } from "./options.ts";

/** So many updates are looked at: most changes are undone soon. */
const COUNT = 100;

/**
 * The scale of the last update that succeeded and had another one than the stack file has now.
 *
 * @throws ConfigError where there is none; CommandError where Pulumi does not give out the history
 */
export async function earlierScale(location: StackLocation, options: Options): Promise<unknown> {
  const { pulumiStack: stack } = location;
  const tools = await stackTools(stack, options.local);
  const history = await interruptible((signal) =>
    historyOf(stack, tools, { count: COUNT, signal }),
  );
  const found = previousScale(history, scaleIn({ ...location, text: readText(location.file) }));
  if (!found) {
    const message = `has the scale of every update that succeeded, of the last ${COUNT}: there is nothing to undo`;
    throw new ConfigError([{ location: location.shown, message }]);
  }
  process.stderr.write(
    `Putting back the scale of ${whenText(found.started)} UTC (${whoText(found.who)})\n`,
  );
  return found.scale;
}
