import type { AppPlan } from "../plan/app-plan.ts";
import { isScheduled } from "../plan/process-plan.ts";
import { isPreloaded } from "../procfile/server.ts";
import type { Advice } from "./advice.ts";
import { cpuAdvice } from "./cpu.ts";
import type { Evidence, TypeEvidence } from "./evidence.ts";
import { memoryAdvice } from "./memory.ts";
import { replicasAdvice } from "./replicas.ts";

/**
 * What is advised for an app by what is declared and by what was seen: at most one value for each
 * field, and nothing where nothing is known.
 */
export function adviceFor(plan: AppPlan, { types, requests }: Evidence): Advice[] {
  return plan.processes.flatMap((process) => {
    const seen = types.get(process.type);
    const line = plan.commands.get(process.type) ?? "";
    return [
      ...memoryAdvice({ ...process, isPreloaded: isPreloaded(line) }, seen),
      ...cpuAdvice(process, seen),
      ...(process.type === plan.traffic?.web.type ? replicasAdvice(plan, requests) : []),
      ...(isScheduled(process) ? [] : crashAdvice(process.type, seen)),
    ];
  });
}

function crashAdvice(type: string, evidence: TypeEvidence | undefined): Advice[] {
  const crashed = evidence?.crashed;
  if (!crashed) return [];
  const { pods, latest } = crashed;
  const who = pods === 1 ? "1 pod has" : `${pods} pods have`;
  const message = `${who} restarted within the last hour, and not for lack of memory.`;
  return [{ kind: "logs", type, message, pod: latest }];
}
