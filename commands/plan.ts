import type { AppPlan } from "../components/plan/app-plan.ts";
import { planStack } from "../components/plan/app-plan.ts";
import { stackArgs } from "../infra/config.ts";
import type { Project } from "../infra/project.ts";
import type { StackLocation } from "./stack-file.ts";
import { stackConfiguration } from "./stack-file.ts";
import { readText } from "./yaml.ts";

/** The text of a stack file. */
interface StackText {
  readonly text: string;
  /** Its path, by which its stack is known. */
  readonly file: string;
  readonly project: Project;
}

/** What a stack file says, checked as `pulumi up` does. */
export function planOf({ text, file, project }: StackText): AppPlan {
  return planStack(stackArgs(stackConfiguration(text, file, project.name), project));
}

/** {@link planOf} of a file as it is now. */
export function planAt({ file, project }: StackLocation): AppPlan {
  return planOf({ text: readText(file), file, project });
}
