/** Where a Python script says in its code that it listens. */
export interface SaidInCode {
  /** `app.py:12`, for people. */
  readonly at: string;
  readonly host: SaidSetting<string>;
  readonly port: SaidSetting<number>;
}

/** What a call says of one of its arguments. */
export type SaidSetting<Value> =
  | { readonly kind: "literal"; readonly value: Value }
  /** It is read from the variable PORT. */
  | { readonly kind: "variable" }
  /** The call leaves it out. */
  | { readonly kind: "open" }
  | { readonly kind: "unknown" };

/** What is called, and its arguments, in which calls may stand, and calls in those. */
const CALL =
  /\b(\w+)\.(run|run_server|launch|run_app|listen)\s*\(((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)\)/g;
/** Names by which tutorials call an app; `asyncio.run(main())` serves nothing. */
const APPS = /^(app|server|application|demo|ui)$/;
const HOST = /\b(?:host|server_name|address)\s*=\s*(?:["']([^"']*)["']|)/;
const PORT = /\b(?:port|server_port)\s*=\s*(?:(\d+)\s*(?:,|$)|)/;
const TORNADO = /^\s*(import|from) tornado\b/m;

/** What listens where when the call says nothing, whatever variables there are. */
interface Alone {
  readonly host?: string;
  readonly port?: string;
}

/** Source: uvicorn, `uvicorn/main.py` (`run`), which reads no variables, as the command does. */
const UVICORN: Alone = { host: "127.0.0.1", port: "8000" };
/** Source: aiohttp docs, "Server Reference", `run_app`; seen with 3.14. */
const AIOHTTP: Alone = { host: "0.0.0.0", port: "8080" };
/** Source: tornado docs, `TCPServer.listen`; seen with 6.5. */
const TORNADO_SERVER: Alone = { host: "0.0.0.0" };

/**
 * Where a script listens by the arguments of `app.run(…)`, `uvicorn.run(…)`, `demo.launch(…)`,
 * `web.run_app(…)` or tornado's `app.listen(…)`; undefined where there is no such call, or several.
 *
 * @param file its name, for people
 */
export function listensInCode(code: string, file: string): SaidInCode | undefined {
  // A comment leaves its line behind, so that lines count as people count them.
  const text = code.replaceAll(/^[ \t]*#.*$/gm, "");
  const calls = [...text.matchAll(CALL)].flatMap((found) => {
    const alone = aloneOf(found, text);
    return alone ? [{ at: found.index, given: named(found), alone }] : [];
  });
  const [call] = calls;
  if (call === undefined || calls.length > 1) return undefined;
  const { given, alone } = call;
  const host = settingIn(HOST.exec(given), alone.host);
  const port = settingIn(PORT.exec(given.trim()), alone.port);
  return {
    at: `${file}:${text.slice(0, call.at).split("\n").length}`,
    host,
    port:
      port.kind === "literal"
        ? { kind: "literal", value: Number(port.value) }
        : port.kind === "unknown" && /["']PORT["']/.test(text)
          ? { kind: "variable" }
          : port,
  };
}

/** How a call listens by itself; undefined for a call that serves nothing. */
function aloneOf(
  [, on = "", method, given = ""]: RegExpExecArray,
  text: string,
): Alone | undefined {
  if (method === "run_app") return AIOHTTP;
  if (method === "listen") return TORNADO.test(text) ? TORNADO_SERVER : undefined;
  if (on === "uvicorn") return UVICORN;
  return APPS.test(on) || HOST.test(given) || PORT.test(given) ? {} : undefined;
}

/** The arguments of a call, those of `listen(8888, "127.0.0.1")` by their names, too. */
function named([, , method, given = ""]: RegExpExecArray): string {
  if (method !== "listen" || /^\s*\w+\s*=/.test(given)) return given;
  return `port=${given.trim().replace(/,\s*(?=["'])/, ", address=")}`;
}

function settingIn(found: RegExpExecArray | null, alone: string | undefined): SaidSetting<string> {
  if (!found) return alone === undefined ? { kind: "open" } : { kind: "literal", value: alone };
  const [, value] = found;
  return value === undefined ? { kind: "unknown" } : { kind: "literal", value };
}
