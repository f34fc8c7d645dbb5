import { planAt } from "../plan.ts";
import type { StackLocation } from "../stack-file.ts";
import { locateStack } from "../stack-file.ts";
import { measured } from "./measure.ts";
import type { Options } from "./options.ts";
import { formationText, heading, jsonText, warn } from "./print.ts";

/** Runs `dash-scale scale` and returns its exit status. */
export async function run(options: Options): Promise<number> {
  const location = locateStack(options);
  if (options.words.length === 0 && !options.undo) {
    show(location, options);
    return 0;
  }
  const { edit } = await import("./edit.ts");
  return edit(location, options);
}

function show(location: StackLocation, { json }: Options): void {
  const plan = planAt(location);
  warn(plan);
  const measures = measured(plan);
  const { stack, shown } = location;
  process.stdout.write(
    json
      ? jsonText({ stack, file: shown, ...measures })
      : `${heading(location)}\n\n${formationText(measures, process.stdout.columns ?? 80)}\n`,
  );
}
