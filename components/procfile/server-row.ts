import type { Option } from "./option.ts";

/** A number that a server runs with, and where it reads the number: a flag beats a variable. */
export interface NumberSetting {
  readonly option?: Option;
  /**
   * Variables that the server reads beside those of its prefix; the first one that is set counts.
   */
  readonly variables?: readonly string[];
  /** What the server does when nobody says anything; undefined where that cannot be known here. */
  readonly fallback: number | undefined;
  /**
   * Whether its option takes `MIN:MAX`, too.
   * @default false
   */
  readonly isRange?: boolean;
}

/** The address that a server listens on, and where it reads the address. */
export interface HostSetting {
  readonly option?: Option;
  readonly variables?: readonly string[];
  /** Undefined where that cannot be known here. */
  readonly fallback: string | undefined;
}

/** A server of web requests: one row of the table. */
export interface Server {
  readonly name: string;
  /** Program and subcommand: `flask run`. */
  readonly command: readonly [program: string, subcommand?: string];
  /** Where its flags, variables and defaults are documented. */
  readonly source: string;
  /** Framework that only this server runs. */
  readonly framework?: string;
  /** Each of its long options can be given as a variable of this prefix: `UVICORN_HOST`. */
  readonly prefix?: string;
  /** Variable whose text is read as if it stood before the command's own options. */
  readonly argumentsVariable?: string;
  /** Option that names a file in the image, whose content is not known here. */
  readonly file?: Option;
  /** What an argument looks like that names such a file without an option. */
  readonly fileArgument?: RegExp;
  /**
   * Whether it reads a file unasked that most apps have, so that what nothing else says is unknown. A
   * variable that somebody has set counts nevertheless: such files read the variables.
   * @default false
   */
  readonly hasOwnFile?: boolean;
  readonly host: HostSetting;
  readonly port: NumberSetting;
  /** Option that has host and port in one: `--bind 0.0.0.0:8000`. */
  readonly address?: Option;
  /**
   * Whether a lone number for its address is a port, and not a host.
   * @default false
   */
  readonly takesLonePort?: boolean;
  /**
   * Whether it may as well hand requests to another server in the same line, which then counts.
   * @default false
   */
  readonly isProxy?: boolean;
  /** Where a server listens of which only a file tells, and how to change the file. */
  readonly inFile?: { readonly listens: string; readonly remedy: string };
  /** Folders that it writes in and that a container of another user than root has not. */
  readonly writes?: {
    readonly folders: readonly string[];
    readonly what: string;
    readonly remedy: string;
  };
  /** Where it listens and how to change that, for a server that only code tells. */
  readonly inCode?: {
    readonly listens: string;
    readonly remedy: string;
    /** Where it listens when the code says nothing. */
    readonly alone: { readonly host: string; readonly port: number };
  };
  /**
   * The variable for the host whose pages may open WebSockets; without the variable, pages of any
   * other host get 403.
   */
  readonly origin?: { readonly option: Option; readonly variable: string };
  /**
   * Option that says how a worker serves: only the classes `sync` (with one thread) and `gthread`
   * serve as many requests at once as they have threads, and only `sync` is held to the request
   * timeout.
   */
  readonly workerClass?: Option;
  /**
   * Whether an open response holds neither a worker nor a thread, since the server runs an event
   * loop. For gunicorn, the worker class says that.
   * @default false
   */
  readonly asynchronous?: boolean;
  /** Worker processes in one replica. Without an option, the stack cannot set them. */
  readonly workers: NumberSetting;
  /** How its arguments ask for as many workers as the node has CPUs. */
  readonly perCpu?: RegExp;
  /** Requests that one worker serves at once. */
  readonly threads: NumberSetting;
  /** Seconds that requests get to finish after SIGTERM. */
  readonly gracefulTimeout: NumberSetting;
  /** Seconds after which a request is ended; 0: never. */
  readonly requestTimeout: NumberSetting;
  /**
   * Whether it leaves SIGTERM to the kernel, which does not end the first process of a container by
   * it.
   * @default false
   */
  readonly ignoresSigterm?: boolean;
  /** Variables without which it does not work well in a pod. */
  readonly helping?: Readonly<Record<string, string>>;
  /** Options that name a file which it writes. */
  readonly written?: readonly Option[];
  /** Option by which it goes into the background, so that the container ends. */
  readonly daemon?: RegExp;
  /**
   * Memory of a small app in MiB, measured once: with one worker, and what each further one adds;
   * undefined where there is only one. `preloaded`: each further one that shares the app with the
   * first, by {@link Server.preload}.
   */
  readonly mebibytes?: {
    readonly first: number;
    readonly further: number;
    readonly preloaded?: number;
  };
  readonly preload?: RegExp;
}

/** This machine only. */
export const LOCAL = "127.0.0.1";
export const ANY = "0.0.0.0";
/** It has no such setting, and does not end requests by itself. */
export const NEVER: NumberSetting = { fallback: 0 };
export const ONE: NumberSetting = { fallback: 1 };
export const UNKNOWN: NumberSetting = { fallback: undefined };
