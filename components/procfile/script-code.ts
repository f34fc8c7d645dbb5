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

/** Arguments of a call, in which calls may stand, and calls in those. */
const CALL =
  /\b(\w+)\.(?:run|run_server|launch)\s*\(((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)\)/g;
/** Names by which tutorials call an app; `asyncio.run(main())` serves nothing. */
const APPS = /^(app|server|application|demo|ui)$/;
const HOST = /\b(?:host|server_name)\s*=\s*(?:["']([^"']*)["']|)/;
const PORT = /\b(?:port|server_port)\s*=\s*(?:(\d+)\s*(?:,|$)|)/;

/**
 * What listens where when the call says nothing, whatever variables there are.
 *
 * Source: uvicorn, `uvicorn/main.py` (`run`), which reads no variables, as the command does.
 */
const UVICORN = { host: "127.0.0.1", port: 8000 } as const;

/**
 * Where a script listens by the arguments of `app.run(…)`, `uvicorn.run(…)` or `demo.launch(…)`;
 * undefined where there is no such call, or several.
 *
 * @param file its name, for people
 */
export function listensInCode(code: string, file: string): SaidInCode | undefined {
  // A comment leaves its line behind, so that lines count as people count them.
  const text = code.replaceAll(/^[ \t]*#.*$/gm, "");
  const calls = [...text.matchAll(CALL)].filter(isServer);
  const [call] = calls;
  if (call === undefined || calls.length > 1) return undefined;
  const [, on = "", given = ""] = call;
  const isUvicorn = on === "uvicorn";
  const host = settingIn(HOST.exec(given), isUvicorn ? UVICORN.host : undefined);
  const port = settingIn(PORT.exec(given.trim()), isUvicorn ? String(UVICORN.port) : undefined);
  return {
    at: `${file}:${text.slice(0, call.index).split("\n").length}`,
    host,
    port:
      port.kind === "literal"
        ? { kind: "literal", value: Number(port.value) }
        : port.kind === "unknown" && /["']PORT["']/.test(text)
          ? { kind: "variable" }
          : port,
  };
}

function isServer([, on = "", given = ""]: RegExpExecArray): boolean {
  return on === "uvicorn" || APPS.test(on) || HOST.test(given) || PORT.test(given);
}

function settingIn(found: RegExpExecArray | null, alone: string | undefined): SaidSetting<string> {
  if (!found) return alone === undefined ? { kind: "open" } : { kind: "literal", value: alone };
  const [, value] = found;
  return value === undefined ? { kind: "unknown" } : { kind: "literal", value };
}
