import type { Call, Variables } from "./call.ts";
import { callText } from "./call.ts";
import { expanded } from "./expand.ts";
import type { Occurrence, Option } from "./option.ts";
import { lastGiven, wholeNumber } from "./option.ts";
import type { Word } from "./shell-token.ts";

/** Where a program that is not known here seems to listen. */
export interface SeemsToListen {
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Of what says so. */
  readonly offset: number;
  /** Variables that make the program listen where the stack asks for. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Options for a port that many servers have, each with a number behind it. */
const PORTS: readonly Option[] = [
  { long: "--port" },
  { long: "-Dserver.port" },
  { long: "--server.port" },
];
/** Options for an address that many servers have; some take a port behind the address. */
const HOSTS: readonly Option[] = [
  {
    long: "--host",
    aliases: "--hostname --address --ip --http-ip --binding --bind --urls".split(" "),
  },
];
/** In many programs a port; a smaller number may as well be processes. */
const SHORT: Option = { long: "-p" };
const MIN_SHORT = 1000;
const PHP = /^php[\d.]*$/;
/** `php -S 0.0.0.0:8000` */
const SERVED: Option = { long: "-S" };
/** With what a URL has around its address: `http://0.0.0.0:5000/`. */
const ADDRESS = /^(?:https?:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:[/;].*)?$/;

/** Programs that listen by variables of their own, unless an option says otherwise. */
interface Listener {
  readonly program: RegExp;
  /** A word that has to be there. */
  readonly argument: RegExp;
  readonly host?: string;
  readonly port?: string;
  /** Its variable that has both, as `http://HOST:PORT`. */
  readonly url?: string;
  /** Variables without which the program ends where its root file system is read-only. */
  readonly others?: Readonly<Record<string, string>>;
  readonly source: string;
}

const LISTENERS: readonly Listener[] = [
  {
    program: /^java$/,
    argument: /^-jar$/,
    port: "SERVER_PORT",
    source:
      "https://docs.spring.io/spring-boot/how-to/webserver.html (server.port, relaxed binding of environment variables)",
  },
  {
    program: PHP,
    argument: /^serve$/,
    host: "SERVER_HOST",
    port: "SERVER_PORT",
    source: "https://github.com/laravel/framework (Illuminate/Foundation/Console/ServeCommand.php)",
  },
  {
    program: /^rails$/,
    argument: /^s(erver)?$/,
    host: "BINDING",
    others: { PIDFILE: "/tmp/server.pid" },
    source: "https://github.com/rails/rails (railties/lib/rails/commands/server/server_command.rb)",
  },
  {
    program: /^dotnet$/,
    argument: /\.dll$/,
    url: "ASPNETCORE_URLS",
    source: "https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints",
  },
  {
    program: /^mlflow$/,
    argument: /^(server|ui|serve)$/,
    host: "MLFLOW_HOST",
    port: "MLFLOW_PORT",
    source: "https://github.com/mlflow/mlflow/blob/master/mlflow/utils/cli_args.py",
  },
];

/**
 * Programs that listen on this machine only by themselves: so the help of datasette 0.65 and shiny
 * 1.8 has it.
 */
const LOCAL_ALONE = /^(datasette|shiny run) /;
const SHORT_HOST: Option = { long: "--host", short: "-h" };

/** Words that may say where a program listens, and what the shell makes of them. */
class Said {
  readonly #words: readonly Word[];
  readonly #around: Variables;

  constructor({ words }: Call, around: Variables) {
    // npm hands what stands behind a lone `--` to the script.
    this.#words = words.filter(({ literal }) => literal !== "--");
    this.#around = around;
  }

  /** The first of the options that is given. */
  given(options: readonly Option[]): Occurrence | undefined {
    return options.flatMap((option) => lastGiven(this.#words, option) ?? []).at(0);
  }

  text(found: Occurrence | undefined): string | undefined {
    return found && (found.value ?? expanded(found.raw, this.#around));
  }
}

/**
 * What a program that is not known here seems to listen on: a literal of a common option, or of
 * `PORT=…` before the program.
 */
export function seemsToListen(call: Call | undefined, around: Variables): SeemsToListen {
  if (!call) return { host: undefined, port: undefined, offset: 0, variables: {} };
  const said = new Said(call, around);
  const host = said.given(PHP.test(call.program) ? [SERVED, ...HOSTS] : HOSTS);
  const address = addressOf(said.text(host));
  const port = portSaid(said, address.port);
  return {
    host: address.host ?? hostAlone(call, said),
    port: wholeNumber(port.isOpen ? call.variables["PORT"] : port.text),
    offset: host?.from ?? port.from ?? startOf(call),
    variables: variablesOf(call, {
      host: host ? undefined : "0.0.0.0",
      port: port.isOpen ? around["PORT"] : undefined,
    }),
  };
}

function hostAlone(call: Call, said: Said): string | undefined {
  return LOCAL_ALONE.test(callText(call)) && !said.given([SHORT_HOST]) ? "127.0.0.1" : undefined;
}

function addressOf(text = ""): { host: string | undefined; port: string | undefined } {
  const [, host = "", port] = ADDRESS.exec(text) ?? [];
  return { host: host === "" ? undefined : host, port };
}

/** @param behind what stands behind the address */
function portSaid(
  said: Said,
  behind: string | undefined,
): { from?: number; text: string | undefined; isOpen: boolean } {
  const short = said.given([SHORT]);
  const isShort = (wholeNumber(said.text(short)) ?? 0) >= MIN_SHORT;
  const option = said.given(PORTS) ?? (isShort ? short : undefined);
  if (option) return { from: option.from, text: said.text(option), isOpen: false };
  return { text: behind, isOpen: behind === undefined };
}

function startOf({ words }: Call): number {
  return words[0]?.start ?? 0;
}

/** What a line leaves open, and what it is to be. */
interface Open {
  readonly host: string | undefined;
  readonly port: string | undefined;
}

/** Undefined where the line says a part: one variable cannot say the other part alone. */
function urlOf({ host, port }: Open): string | undefined {
  return host === undefined || port === undefined ? undefined : `http://${host}:${port}`;
}

/** Variables of a program that is known to listen by them, for what the line leaves open. */
function variablesOf({ program, words, variables }: Call, open: Open): Record<string, string> {
  const found = LISTENERS.find(
    (row) => row.program.test(program) && words.some(({ raw }) => row.argument.test(raw)),
  );
  const pairs: readonly (readonly [string | undefined, string | undefined])[] = [
    [found?.host, open.host],
    [found?.port, open.port],
    [found?.url, urlOf(open)],
    ...Object.entries(found?.others ?? {}),
  ];
  return Object.fromEntries(
    pairs.flatMap(([variable, value]) =>
      variable === undefined || value === undefined || Object.hasOwn(variables, variable)
        ? []
        : [[variable, value]],
    ),
  );
}
