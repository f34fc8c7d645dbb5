/** Where a command tells how it gets on. */
export interface Reporter {
  /** One line that stays. */
  readonly say: (line: string) => void;
  /** Something that takes a while: shown with the time it has taken until it is ended. */
  readonly begin: (title: string) => Activity;
}

interface Activity {
  /** What it is at just now: a file, a package, how much of how much. */
  readonly at: (detail: string) => void;
  /** How long it has taken so far: `12 s`, `3:05 min`. */
  readonly elapsed: () => string;
  /** No longer shown. */
  readonly end: () => void;
}

const TERMINAL_INTERVAL_MS = 250;
const PLAIN_INTERVAL_MS = 15_000;

/**
 * Reports to a stream, standard error unless told otherwise: standard output belongs to Pulumi,
 * which may print JSON.
 *
 * On a terminal one line is kept up to date; elsewhere, in a log file, a line is added every
 * fifteen seconds.
 */
export function reporter(stream: NodeJS.WriteStream = process.stderr): Reporter {
  return {
    // Wipes the line of an activity that is going on: it draws itself anew.
    say: (line) => void stream.write(stream.isTTY ? `\r${line}\x1b[K\n` : `${line}\n`),
    begin: (title) => (stream.isTTY ? liveActivity(title, stream) : plainActivity(title, stream)),
  };
}

/** `12 s` or `3:05 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}

function liveActivity(title: string, stream: NodeJS.WriteStream): Activity {
  const line = activityLine(title);
  const draw = () => {
    const text = line.text().slice(0, Math.max(stream.columns - 1, 20));
    stream.write(`\r${text}\x1b[K`);
  };
  const timer = setInterval(draw, TERMINAL_INTERVAL_MS);
  draw();
  return { ...line, end: () => (clearInterval(timer), void stream.write("\r\x1b[K")) };
}

function plainActivity(title: string, stream: NodeJS.WriteStream): Activity {
  const line = activityLine(title);
  const timer = setInterval(() => stream.write(`${line.text()}\n`), PLAIN_INTERVAL_MS);
  return { ...line, end: () => clearInterval(timer) };
}

function activityLine(title: string) {
  const begun = Date.now();
  let detail = "";
  const elapsed = () => duration(Date.now() - begun);
  return {
    elapsed,
    at: (text: string) => void (detail = text),
    text: () => `${title}, ${elapsed()} so far${detail === "" ? "" : ` (${detail})`}`,
  };
}
