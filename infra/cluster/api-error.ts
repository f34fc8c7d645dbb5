/** What the cluster answers when it refuses. */
import { at, list, text } from "./json.ts";
import type { JsonObject } from "./json.ts";

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  /** Kubernetes' word for it: `NotFound`, `AlreadyExists`, `Invalid`, `Conflict`, … */
  readonly reason: string;
  readonly status: JsonObject;
  readonly retryAfterSeconds: number | undefined;

  /** @param retryAfterSeconds - when the server asks to come back; undefined: it does not */
  constructor(code: number, status: JsonObject, retryAfterSeconds?: number) {
    super(text(status["message"]) ?? `HTTP ${String(code)}`);
    this.code = code;
    this.reason = text(status["reason"]) ?? "";
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether the same request may be answered otherwise a little later. */
  get isPassing(): boolean {
    return this.code === 429 || this.code >= 500;
  }

  /** Whether it is the namespace that is missing, not an object in it. */
  get isMissingNamespace(): boolean {
    return this.code === 404 && at(this.status, "details", "kind") === "namespaces";
  }

  /** Whether the object itself is wrong, wherever and whenever it were sent. */
  get isInvalid(): boolean {
    const unknownField = this.code === 500 && this.message.includes("field not declared in schema");
    return this.code === 400 || this.code === 422 || unknownField;
  }
}

export function isStatus(error: unknown, ...codes: readonly number[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}

/** The error in words for the one who has to mend it: field by field where the cluster says so. */
export function explainRefusal(what: string, error: unknown): Error {
  if (!(error instanceof ApiError))
    return error instanceof Error ? error : new Error(String(error));
  const causes = list(at(error.status, "details", "causes")).map((cause) => {
    const field = text(at(cause, "field"));
    const message = text(at(cause, "message")) ?? "";
    return field === undefined ? `  - ${message}` : `  - ${field}: ${message}`;
  });
  const lines = [...new Set(causes)];
  const reason = error.reason === "" ? "" : ` ${error.reason}`;
  const head = `${what}: the cluster refused it (HTTP ${String(error.code)}${reason})`;
  const details = lines.length > 0 ? `\n${lines.join("\n")}` : ` ${error.message}`;
  return new Error(`${head}:${details}${advice(error)}`, { cause: error });
}

function advice(error: ApiError): string {
  if (error.reason === "AlreadyExists") {
    return (
      "\nIt is not part of this stack. Adopt it with `pulumi import`, or delete it; " +
      "a renamed resource needs an alias."
    );
  }
  if (error.code === 409) {
    return (
      "\nSomeone else has set these fields. To take them back, set the annotation " +
      'pulumi.com/patchForce: "true" on the object, or enablePatchForce on the provider.'
    );
  }
  return "";
}
