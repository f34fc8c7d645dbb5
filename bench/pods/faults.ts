/** New versions of an app that end soon after they began, each as somebody once deployed it. */

/** How a process type is checked. */
export type Kind = "http" | "tcp" | "off" | "exec";

export interface Fault {
  readonly what: string;
  readonly kind: Kind;
  /** The new version's command. */
  readonly command: readonly string[];
  /** Whether other pods want all of the node's processors. */
  readonly crowded?: boolean;
}

const BIND = "--bind=0.0.0.0:8000";
const KINDS: readonly Kind[] = ["http", "exec", "tcp", "off"];

/** A line that ends in a gunicorn application. */
function gunicorn(app: string, ...before: string[]): string[] {
  return [...before, "gunicorn", BIND, app];
}

function ofAll(kinds: readonly Kind[], fault: Omit<Fault, "kind">): Fault[] {
  return kinds.map((kind) => ({ ...fault, kind }));
}

const NO_MODULE = {
  what: "gunicorn, a module is missing after `import dash`",
  command: gunicorn("no_module:server"),
};
const CELERY = {
  what: "celery, a module is missing after `import dash`",
  command: ["celery", "--app=no_module", "worker"],
};

function slow(seconds: number): Omit<Fault, "kind"> {
  const command = gunicorn("slow_import:server", "env", `IMPORT_SECONDS=${seconds}`);
  return { what: `gunicorn, an exception after ${seconds} s of loading`, command };
}

const LATE = {
  what: "uvicorn, ends 3 s after it was loaded",
  command: ["env", "SECONDS=3", "uvicorn", "--host=0.0.0.0", "--port=8000", "late_asgi:server"],
};
const WORKER = {
  what: "gunicorn, its worker ends 3 s after it was loaded, again and again",
  command: gunicorn("late_end:server", "env", "SECONDS=3"),
};
const HEAVY = {
  what: "gunicorn, 4 workers of 180 MiB each in 512 MiB",
  command: [...gunicorn("heavy:server"), "--workers=4"],
};

export const FAULTS: readonly Fault[] = [
  ...ofAll(KINDS, NO_MODULE),
  ...ofAll(["tcp"], {
    what: "gunicorn --preload, a module is missing",
    command: [...gunicorn("no_module:server"), "--preload"],
  }),
  ...ofAll(["http", "tcp", "off"], slow(7)),
  ...ofAll(["tcp", "off"], slow(12)),
  ...ofAll(KINDS, LATE),
  ...ofAll(["http"], WORKER),
  ...ofAll(["http"], HEAVY),
  { ...CELERY, kind: "off" },
  {
    what: "rq, no Redis",
    kind: "off",
    command: ["rq", "worker", "--url=redis://127.0.0.1:1/0"],
  },
  {
    what: "python, a variable is missing",
    kind: "off",
    command: ["python3", "variable.py"],
  },
  {
    what: "python, a module is missing after `import dash`",
    kind: "off",
    command: ["python3", "no_module.py"],
  },
  {
    what: "node, a module is missing after `express`",
    kind: "off",
    command: ["node", "-e", 'require("express"); require("not-installed")'],
  },
  ...ofAll(["http", "tcp", "off"], { ...NO_MODULE, crowded: true }),
  { ...CELERY, kind: "off", crowded: true },
];
