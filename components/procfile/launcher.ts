import { escapeExpansion } from "../manifest/expansion.ts";
import { withExec } from "./exec.ts";

export const LAUNCHERS = ["shell", "cnb"] as const;

/**
 * How an image starts a Procfile command: `shell` by /bin/sh, `cnb` by the launcher of Cloud Native
 * Buildpacks.
 */
export type Launcher = (typeof LAUNCHERS)[number];

/** A Procfile command on its way into a container. */
export interface LaunchedCommand {
  /** The name as the Procfile has it; buildpacks keep it. */
  readonly name: string;
  readonly line: string;
  /** Whether the line is another than the Procfile's, which the image was built with. */
  readonly rewritten: boolean;
}

/**
 * The `command` of a container.
 *
 * Sources: Kubernetes docs, "Define a Command and Arguments for a Container" (`$(VAR)` is expanded,
 * `$$` is `$`); Buildpacks docs, "Specify default launch process" (`/cnb/process/TYPE`,
 * `/cnb/lifecycle/launcher`).
 */
export function containerCommand(launcher: Launcher, command: LaunchedCommand): string[] {
  return unexpanded(launcher, command).map(escapeExpansion);
}

function unexpanded(launcher: Launcher, { name, line, rewritten }: LaunchedCommand): string[] {
  switch (launcher) {
    case "shell":
      return ["/bin/sh", "-c", withExec(line)];
    case "cnb":
      return rewritten ? ["/cnb/lifecycle/launcher", withExec(line)] : [`/cnb/process/${name}`];
  }
}
