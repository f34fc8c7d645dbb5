import { table } from "../../components/cost/text-table.ts";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import type { ProcessPlan } from "../../components/plan/process-plan.ts";
import { WEB } from "../../components/plan/process-plan.ts";

/** What was found out about an app, as a table: a row for each line of the Procfile. */
export function seenText(plan: AppPlan): string {
  const found = new Map(plan.processes.map((process) => [process.type, process]));
  const rows = [...plan.commands].map(([type, command]) => {
    const process = found.get(type);
    return [type, process ? traitsOf(process).join(", ") : "runs before each new version", command];
  });
  return table([{ title: "type" }, { title: "seen as" }, { title: "command" }], rows);
}

function traitsOf(process: ProcessPlan): string[] {
  const { type, framework, server, port, workers, threads, singleton } = process;
  return [
    ...(type === WEB ? [frameworkText(framework)] : []),
    ...(server ? [server.name] : []),
    ...(port ? [`port ${port.port}`] : []),
    ...(server ? [...count(workers, "worker"), ...count(threads, "thread")] : []),
    ...(singleton ? ["a scheduler: one replica at most"] : []),
    ...(type !== WEB && !port && !singleton ? ["a worker: gets no requests"] : []),
  ];
}

function count(number: number | undefined, noun: string): string[] {
  return number === undefined ? [] : [`${number} ${noun}${number === 1 ? "" : "s"}`];
}

function frameworkText(framework: ProcessPlan["framework"]): string {
  if (framework.kind === "dash") return "a Dash app";
  const name = framework.kind === "other" ? framework.name : "";
  return name === "" ? "framework unknown" : `a ${name} app`;
}
