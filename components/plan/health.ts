import type { Health } from "../manifest/health.ts";

/** What the stack says of the health check of a process type; the rest has defaults. */
export type HealthOverride =
  | { readonly kind: "off" }
  | {
      readonly kind: "http";
      readonly path: string | undefined;
      readonly port: number | undefined;
      readonly timeout: number | undefined;
    }
  | {
      readonly kind: "exec";
      readonly command: readonly string[];
      readonly timeout: number | undefined;
    };

/** What the defaults depend on. */
export interface Served {
  /** Port of a process type that gets traffic. */
  readonly port: number | undefined;
  /** Begins and ends with a slash. */
  readonly basePath: string;
  /** Whether the app is known to be a Dash app. */
  readonly isDash: boolean;
  /** Seconds that a request may take; 0: as long as it likes. */
  readonly requestTimeout: number;
}

/**
 * A path that Dash answers by itself: 200 with JSON when the app is loaded, on versions 2 to 4, and
 * no user code runs for it. Any unknown path would not do: Dash answers 200 with its index page
 * there.
 */
const DASH_PATH = "_dash-dependencies";
const MIN_TIMEOUT = 30;
/** Nobody else is served meanwhile. */
const STARTUP_TIMEOUT = 10;
/**
 * Seconds that a request of unlimited time is taken for: most servers without a limit answer others
 * meanwhile.
 */
const LONG_REQUEST = 120;
/** Longer requests count as this long: a hung replica must not stay in traffic for hours. */
const MAX_REQUEST = 600;

/** How a process type is checked for its health. */
export function healthPlan(override: HealthOverride | undefined, served: Served): Health {
  switch (override?.kind) {
    case "off":
      return override;
    case "exec":
      return { ...override, timeout: override.timeout ?? MIN_TIMEOUT };
    case "http":
    case undefined:
      return overNetwork(override, served);
  }
}

function overNetwork(
  override: Extract<HealthOverride, { kind: "http" }> | undefined,
  { basePath, isDash, requestTimeout, ...served }: Served,
): Health {
  const port = override?.port ?? served.port;
  if (port === undefined) return { kind: "off" };
  if (!isDash && override?.path === undefined) return { kind: "tcp", port };
  const path = override?.path ?? `${basePath}${DASH_PATH}`;
  return { kind: "http", path, port, ...timeouts(override?.timeout, requestTimeout) };
}

function timeouts(given: number | undefined, requestTimeout: number) {
  return {
    timeout: given ?? defaultTimeout(requestTimeout),
    startupTimeout: Math.max(STARTUP_TIMEOUT, given ?? 0),
  };
}

/**
 * Three failures in a row take a pod out of traffic: half of the longest request each, so that one
 * such never does.
 */
function defaultTimeout(requestTimeout: number): number {
  const longest = requestTimeout === 0 ? LONG_REQUEST : Math.min(requestTimeout, MAX_REQUEST);
  return Math.max(MIN_TIMEOUT, Math.ceil(longest / 2));
}
