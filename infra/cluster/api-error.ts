/** What the cluster answers when it refuses. */
import { getPath, text } from "./json.ts";
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
  get isTransient(): boolean {
    return this.code === 429 || this.code >= 500;
  }

  /** Whether it is the namespace that is missing, not an object in it. */
  get isMissingNamespace(): boolean {
    return this.code === 404 && getPath(this.status, "details", "kind") === "namespaces";
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
