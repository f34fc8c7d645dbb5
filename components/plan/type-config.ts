import type { CheckedSettings } from "../config/app.ts";
import { didYouMean, listOr } from "../config/errors.ts";
import { ABSENT } from "../config/field.ts";
import type { CheckedProcess } from "../config/processes.ts";
import { checkProcess, NO_PROCESS_OPTIONS, PROCESSES } from "../config/processes.ts";
import { checkSchedule } from "../config/schedule.ts";
import type { CheckedScale } from "../config/scale.ts";
import {
  checkReleaseScale,
  checkScale,
  checkScheduledScale,
  DEFAULT_SCALE,
  SCALE,
} from "../config/scale.ts";
import type { CheckedService } from "../config/services.ts";
import { ConfigValue } from "../config/value.ts";
import type { Procfile } from "../procfile/procfile.ts";
import { processType } from "../procfile/procfile.ts";
import type { ProcessContext } from "./process-plan.ts";
import { WEB } from "./process-plan.ts";

/** Runs once for each version instead of all the time. */
export const RELEASE = "release";

/**
 * What the stack says of process types, not checked yet: `dash-scale:scale` and
 * `dash-scale:processes`.
 */
export interface FormationConfig {
  readonly scale: ConfigValue;
  readonly processes: ConfigValue;
  /** Names of the environment variables that every process type has, plain and secret. */
  readonly variables: ReadonlySet<string>;
  readonly services: readonly CheckedService[];
}

/** What the stack says of each process type. */
export interface TypeConfig {
  readonly of: (type: string) => Pick<ProcessContext, "scale" | "options">;
  /** Undefined where `dash-scale:scale` does not name the process type. */
  readonly scaleOf: (type: string) => OfType<CheckedScale> | undefined;
}

/** Checks what the stack says of the Procfile's process types. */
export function typeConfig(
  procfile: Procfile,
  config: Pick<FormationConfig, "scale" | "processes">,
  settings: CheckedSettings,
): TypeConfig {
  // Read ahead, since the scale goes by them; what is wrong with them is said in its turn.
  const ahead = new ConfigValue(config.processes.value, config.processes.location, []);
  const schedules = byType(procfile, ahead, PROCESSES.expected, (value, type) =>
    checkSchedule(value, type === WEB),
  );
  const checked = (value: ConfigValue, type: string) => {
    const schedule = schedules.get(type)?.checked;
    return schedule
      ? checkScheduledScale(value, { schedule, key: `dash-scale:processes.${type}.schedule` })
      : checkScale(value, settings.maxReplicas);
  };
  const scales = byType(procfile, config.scale, SCALE.expected, (value, type) =>
    type === RELEASE ? checkReleaseScale(value) : checked(value, type),
  );
  const options = byType(procfile, config.processes, PROCESSES.expected, (value, type) =>
    type === RELEASE ? refuseRelease(value) : checkProcess(value, type === WEB),
  );
  const unnamed = (type: string) => (type === RELEASE ? DEFAULT_SCALE : checked(ABSENT, type));
  return {
    of: (type) => ({
      scale: scales.get(type)?.checked ?? unnamed(type),
      options: options.get(type)?.checked ?? NO_PROCESS_OPTIONS,
    }),
    scaleOf: (type) => scales.get(type),
  };
}

/** What a map of the stack says of a process type, before and after its check. */
export interface OfType<Checked> {
  readonly value: ConfigValue;
  readonly checked: Checked;
}

/**
 * What a map of the stack says of each process type, by its DNS label, checked in the map's order.
 * The stack may use the Procfile's spelling too.
 */
function byType<Checked>(
  procfile: Procfile,
  config: ConfigValue,
  example: string,
  check: (value: ConfigValue, type: string) => Checked,
): Map<string, OfType<Checked>> {
  const types = procfile.entries.map(({ type }) => type);
  // A Procfile that was not read in full may well have what it seems to lack.
  const readInFull = procfile.problems.length === 0 && types.length > 0;
  const found = new Map<string, OfType<Checked>>();
  for (const [key, value] of config.entries(example)) {
    const type = processType(key);
    if (found.has(type)) value.problem(`"${type}" appears twice; keep one of the two`);
    if (readInFull && !types.includes(type)) {
      const known = types.filter((it) => it !== RELEASE);
      const hint = didYouMean(key, known);
      value.problem(`the Procfile has no process type "${key}"; it has ${listOr(known)}.${hint}`);
      if (type === RELEASE) continue;
    }
    found.set(type, { value, checked: check(value, type) });
  }
  return found;
}

function refuseRelease(value: ConfigValue): CheckedProcess {
  value.problem(
    "release is not a process that keeps running: it runs once for each version; leave it out",
  );
  return NO_PROCESS_OPTIONS;
}
