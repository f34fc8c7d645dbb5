/**
 * Something that the user can fix: printed, without a stack trace.
 *
 * The message says what was found, what is allowed and what to do.
 */
export class CommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandError";
  }
}

/** Ctrl-C, or another signal that ends a process. */
export class Interrupted extends Error {
  readonly exitStatus: number;

  constructor(signal: NodeJS.Signals, exitStatus: number) {
    super(`interrupted (${signal})`);
    this.name = "Interrupted";
    this.exitStatus = exitStatus;
  }
}

/** What went wrong, in one line, whatever was thrown. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : undefined;
  return cause && error.message === "fetch failed" ? cause.message : error.message;
}

/** Whether a file-system call failed with this code, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
