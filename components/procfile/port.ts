import { callsIn, IN_BACKGROUND } from "./call.ts";
import type { LineFinding } from "./line-finding.ts";
import { offsetOfVariable } from "./expand.ts";
import type { Occurrence, Option } from "./option.ts";
import { lastGiven, wholeNumber } from "./option.ts";
import type { Server } from "./server-row.ts";
import type { SaidInCode, SaidSetting } from "./script-code.ts";
import { seemsToListen } from "./unknown-port.ts";
import type { Reader, ServerCall, ServerSurroundings } from "./server.ts";
import { readerOf, serverIn } from "./server.ts";

/** The one port of a process type, which everything around it follows. */
export interface PortPlan {
  readonly port: number;
  /** Variables that make the server listen there, where the command leaves that open. */
  readonly variables: Readonly<Record<string, string>>;
  /** Why the pod can never be reached. */
  readonly problems: readonly LineFinding[];
  readonly warnings: readonly LineFinding[];
}

/** Where the server listens, as far as it is known. */
interface Listening {
  /** Undefined: unknown, or every address. */
  readonly host: string | undefined;
  /** Undefined: cannot be known here. */
  readonly port: number | undefined;
  readonly isSocketFile: boolean;
  readonly offset: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** Ports that only root, or a process with a capability, may listen on everywhere. */
const MIN_UNPRIVILEGED = 1024;
const LOCAL = /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/;
const EVERY = "0.0.0.0";

/**
 * Works the port of a line out: what the command says as a literal, else `requested`.
 *
 * @param requested the port that the stack says, or the default
 */
export function portPlan(line: string, requested: number, around: ServerSurroundings): PortPlan {
  const found = serverIn(line, around.ownServer);
  const said = codeOf(found, around);
  const listening = listeningIn(line, found, { around, requested, said });
  const messages = localProblems(found?.server, listening, said);
  // A proxy in the same pod may well be who talks to a server that nobody else reaches, and listens
  // on $PORT itself.
  const isAlone = found !== undefined && !found.call.isWrapped && !IN_BACKGROUND.test(line);
  const isBehindProxy = found !== undefined && messages.length > 0 && !isAlone;
  const port = (isBehindProxy ? undefined : listening.port) ?? requested;
  return {
    port,
    variables: { ...listening.variables, PORT: String(port) },
    problems: isAlone ? messages : [],
    warnings: [
      ...(isAlone ? [] : messages),
      ...(isSaidForFile(found, around) ? [] : unknownWarnings(found, listening, requested)),
      ...privilegedWarnings(listening),
      ...(found ? protocolWarnings(found) : []),
    ],
  };
}

/** Who has read the file of a server says its port. */
function isSaidForFile(found: ServerCall | undefined, around: ServerSurroundings): boolean {
  return found?.server.inFile !== undefined && around.isPortSaid === true;
}

/** The code is that of a script, and says nothing of a server that the line runs by its name. */
function codeOf(
  found: ServerCall | undefined,
  { ownServer, inCode }: ServerSurroundings,
): SaidInCode | undefined {
  return found === undefined || found.server === ownServer ? inCode : undefined;
}

function listeningIn(
  line: string,
  found: ServerCall | undefined,
  {
    around,
    requested,
    said,
  }: { around: ServerSurroundings; requested: number; said: SaidInCode | undefined },
): Listening {
  const variables = { ...around.variables, PORT: String(requested) };
  const byLine = found
    ? listeningOf(found, { ...around, variables }, requested)
    : { ...seemsToListen(callsIn(line).at(-1), variables), isSocketFile: false };
  return said ? withCode(byLine, said, { requested, alone: found?.server.inCode?.alone }) : byLine;
}

/** What the code says as a literal is not for variables to change. */
function withCode(
  listening: Listening,
  said: SaidInCode,
  {
    requested,
    alone,
  }: { requested: number; alone: { readonly host: string; readonly port: number } | undefined },
): Listening {
  const host = settled(said.host, { open: alone?.host ?? listening.host, variable: undefined });
  const port = settled(said.port, { open: alone?.port ?? listening.port, variable: requested });
  return { ...listening, host, port };
}

function settled<Value>(
  said: SaidSetting<Value>,
  otherwise: { readonly open: Value | undefined; readonly variable: Value | undefined },
): Value | undefined {
  if (said.kind === "literal") return said.value;
  return said.kind === "unknown" ? undefined : otherwise[said.kind];
}

function listeningOf(found: ServerCall, around: ServerSurroundings, requested: number): Listening {
  const { server, call } = found;
  const read = readerOf(found, around);
  const address = addressGiven(found, read);
  if (address) return { ...address, variables: {} };
  const host = setting(server.host, read);
  const port = setting(server.port, read);
  return {
    host: valueOf(host, EVERY, server.host.fallback),
    port: wholeNumber(valueOf(port, String(requested), server.port.fallback?.toString())),
    isSocketFile: false,
    offset: host.offset ?? port.offset ?? call.words[0]?.start ?? 0,
    variables: { ...toSet(host, EVERY), ...toSet(port, String(requested)) },
  };
}

/** What is given, else what a variable is to say, else what the server does by itself. */
function valueOf({ isOpen, names, text }: Given, wanted: string, fallback: string | undefined) {
  if (!isOpen) return text;
  return names.length > 0 ? wanted : fallback;
}

function toSet({ isOpen, names }: Given, value: string): Record<string, string> {
  const [name] = names;
  return isOpen && name !== undefined ? { [name]: value } : {};
}

interface Given {
  /** Whether neither a flag nor a variable says anything. */
  readonly isOpen: boolean;
  readonly names: readonly string[];
  readonly text: string | undefined;
  readonly offset?: number;
}

function setting(
  given: { readonly option?: Option; readonly variables?: readonly string[] },
  read: Reader,
): Given {
  const { names, set } = read.variable(given);
  const flag = given.option && lastGiven(read.words, given.option);
  if (flag) return { isOpen: false, names, text: read.text(flag), offset: flag.from };
  if (set === undefined) return { isOpen: true, names, text: undefined };
  return { isOpen: false, names, text: read.variables[set] };
}

/** `--bind 0.0.0.0:8050`, or what `manage.py runserver` has as an argument. */
function addressGiven(found: ServerCall, read: Reader): Omit<Listening, "variables"> | undefined {
  const { server, words } = found;
  const option = server.address ? lastGiven(read.words, server.address) : undefined;
  const given = option ?? (server.command[1] === "runserver" ? positionalIn(words) : undefined);
  if (!given) return addressInVariable(found, read);
  const isInLine = words.some(({ start }) => start === given.from);
  const offset = isInLine ? given.from : (words[0]?.start ?? 0);
  const text = read.text(given);
  const isPort = server.takesLonePort === true && /^\d{2,}$/.test(text ?? "");
  return { ...addressIn(isPort ? `${server.host.fallback}:${text}` : text, server), offset };
}

/** `UWSGI_HTTP_SOCKET=:8050` */
function addressInVariable(
  { server, call }: ServerCall,
  read: Reader,
): Omit<Listening, "variables"> | undefined {
  const { set } = server.address ? read.variable({ option: server.address }) : NOT_SET;
  if (set === undefined) return undefined;
  return { ...addressIn(read.variables[set], server), offset: call.words[0]?.start ?? 0 };
}

const NOT_SET = { set: undefined };

function addressIn(
  text: string | undefined,
  { port }: ServerCall["server"],
): Pick<Listening, "host" | "port" | "isSocketFile"> {
  const isSocketFile = /^(unix:|fd:)/.test(text ?? "");
  if (text === undefined || isSocketFile) return { host: undefined, port: undefined, isSocketFile };
  const [, host = "", number = ""] = /^(?:\w+:\/\/)?(.*?)(?::(\d*))?$/.exec(text) ?? [];
  const isEvery = ["", "0", "*", "[::]"].includes(host);
  return {
    host: isEvery ? EVERY : host,
    port: number === "" ? port.fallback : Number(number),
    isSocketFile,
  };
}

function positionalIn(words: ServerCall["words"]): Occurrence | undefined {
  const word = words.find(({ raw }) => !raw.startsWith("-"));
  return word && { from: word.start, to: word.end, raw: word.raw, value: word.literal };
}

function localProblems(
  server: Server | undefined,
  { host, isSocketFile, offset }: Listening,
  said: SaidInCode | undefined,
): LineFinding[] {
  const name = server?.name ?? "the program";
  if (isSocketFile) {
    const message = `${name} listens on a socket file, which nothing outside the pod reaches; have it listen on 0.0.0.0:$PORT`;
    return [{ offset, message }];
  }
  if (host === undefined || !LOCAL.test(host)) return [];
  const where = said ? ` (${said.at})` : "";
  const message = `${name} listens on ${host}${where}, which nothing outside the pod reaches, so no replica would become ready; have it listen on ${said ? "every address: 0.0.0.0" : howTo(server)}`;
  return [{ offset, message }];
}

function howTo(server: Server | undefined): string {
  if (!server) return "every address: 0.0.0.0";
  const { address, host } = server;
  if (address) return `every address: ${address.long} 0.0.0.0:$PORT`;
  return host.option
    ? `every address: ${host.option.long} 0.0.0.0`
    : "every address: 0.0.0.0:$PORT";
}

function unknownWarnings(
  found: ServerCall | undefined,
  { port, isSocketFile, offset }: Listening,
  requested: number,
): LineFinding[] {
  if (!found || port !== undefined || isSocketFile) return [];
  const { inCode, inFile } = found.server;
  const elsewhere = inCode ?? inFile;
  if (elsewhere) {
    const message = `where ${found.server.name} listens cannot be known here (${elsewhere.listens}), so 0.0.0.0:${requested} is expected; write ${elsewhere.remedy}`;
    return [{ offset, message }];
  }
  const message = `the port that ${found.server.name} listens on cannot be known here, so ${requested} is expected; write $PORT, or a number`;
  return [{ offset, message }];
}

function privilegedWarnings({ port, offset }: Listening): LineFinding[] {
  if (port === undefined || port >= MIN_UNPRIVILEGED) return [];
  const message = `port ${port} is below ${MIN_UNPRIVILEGED}, where a container without root cannot listen on every cluster; write $PORT, or a number from ${MIN_UNPRIVILEGED}`;
  return [{ offset, message }];
}

/** `uwsgi --socket :8000` speaks a protocol of its own, which nothing here speaks. */
function protocolWarnings({ server, words }: ServerCall): LineFinding[] {
  const given =
    server.name === "uwsgi" ? lastGiven(words, { long: "--socket", short: "-s" }) : undefined;
  if (!given || words.some(({ raw }) => /^--(protocol|http)/.test(raw))) return [];
  const message =
    "uwsgi speaks its own protocol here and not HTTP, so every request would fail; write --http-socket";
  return [{ offset: given.from, message }];
}

/** An address by which a program lets others reach it. */
const ALL = /^(0\.0\.0\.0|\[?::\]?|\*)$/;

/**
 * What is wrong with a line of a process type that has no port, and still uses `$PORT`, or runs a
 * server.
 */
export function portOfNobody(line: string, type: string): LineFinding[] {
  const key = `dash-scale:processes.${type}.port`;
  const unreached = (name: string, offset: number) => [
    { offset, message: `nothing reaches ${name} here, since "${type}" has no port; set ${key}` },
  ];
  const offset = offsetOfVariable(line, "PORT");
  if (offset !== undefined) {
    if (callsIn(line).some(({ variables }) => "PORT" in variables)) return [];
    const message = `$PORT is set for web only, so "${type}" would get an empty text; set ${key}, or write a number`;
    return [{ offset, message }];
  }
  const found = serverIn(line);
  if (found) return unreached(found.server.name, found.call.words[0]?.start ?? 0);
  const last = callsIn(line).at(-1);
  const { host = "", offset: at } = seemsToListen(last, {});
  return last && ALL.test(host) ? unreached(last.program, at) : [];
}
