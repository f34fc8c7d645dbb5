/**
 * Splits a command line into words as a POSIX shell does, without expanding anything: quotes,
 * backslashes and comments. The `nodeargs` of `Pulumi.yaml` are written that way.
 *
 * @throws when a quote is not closed or the text ends in a backslash
 */
export function words(line: string): string[] {
  const found: string[] = [];
  let rest = line;
  for (;;) {
    rest = rest.replace(/^\s+/, "").replace(/^#[^\n]*/, "");
    if (rest.trim() === "") return found;
    if (/^\s/.test(rest)) continue;
    const [word, length] = firstWord(rest);
    found.push(word);
    rest = rest.slice(length);
  }
}

/** One piece of a word: quoted, escaped or plain. */
const PIECE =
  /'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[^])*)"|\\(?<escaped>[^])|(?<plain>[^\s'"\\]+)/y;

function firstWord(source: string): [word: string, length: number] {
  let word = "";
  let end = 0;
  while (end < source.length && !/\s/.test(source.charAt(end))) {
    PIECE.lastIndex = end;
    const groups = PIECE.exec(source)?.groups;
    if (groups === undefined) throw new Error(`unfinished quote or escape in: ${source}`);
    end = PIECE.lastIndex;
    word +=
      groups["single"] ??
      groups["double"]?.replace(/\\(["\\])/g, "$1") ??
      groups["escaped"] ??
      groups["plain"] ??
      "";
  }
  return [word, end];
}
