/** A line of a file that an edit changes, adds or removes. */
export interface ChangedLine {
  /** Its number in the new text; of one that is removed, in the old text. */
  readonly line: number;
  /** Absent for a line that is new. */
  readonly before?: string;
  /** Absent for a line that is removed. */
  readonly after?: string;
}

/** Lines that are looked ahead for the next one that stayed. */
const MAX_LOOKAHEAD = 100;

/**
 * The lines of two texts that differ: what turns one into the other, not always in the fewest
 * lines.
 */
export function changedLines(before: string, after: string): ChangedLine[] {
  const old = before.split(/\r?\n/);
  const now = after.split(/\r?\n/);
  const changed: ChangedLine[] = [];
  let [at, index] = [0, 0];
  while (at < old.length || index < now.length) {
    const { gone, come } = nextChange(
      old.slice(at, at + MAX_LOOKAHEAD),
      now.slice(index, index + MAX_LOOKAHEAD),
    );
    for (let line = 0; line < Math.max(gone, come); line++) {
      changed.push({
        line: (line < come ? index : at) + line + 1,
        ...(line < gone ? { before: old[at + line] ?? "" } : {}),
        ...(line < come ? { after: now[index + line] ?? "" } : {}),
      });
    }
    const isSame = gone === 0 && come === 0;
    at += isSame ? 1 : gone;
    index += isSame ? 1 : come;
  }
  return changed;
}

/** How many lines go, and how many come in their place, before the next one that stayed. */
function nextChange(old: readonly string[], now: readonly string[]) {
  if (old[0] === now[0]) return { gone: 0, come: 0 };
  for (let lines = 1; lines < MAX_LOOKAHEAD; lines++) {
    if (old[lines] === now[lines] && lines <= Math.min(old.length, now.length))
      return { gone: lines, come: lines };
    if (lines <= now.length && now[lines] === old[0]) return { gone: 0, come: lines };
    if (lines <= old.length && old[lines] === now[0]) return { gone: lines, come: 0 };
  }
  return { gone: Math.min(1, old.length), come: Math.min(1, now.length) };
}

/** Changed lines as a diff shows them. */
export function changedLinesText(lines: readonly ChangedLine[]): string {
  return lines
    .flatMap(({ line, before, after }) => {
      const number = String(line).padStart(4);
      const margin = before === undefined ? number : " ".repeat(number.length);
      return [
        ...(before === undefined ? [] : [`${number} - ${before}`]),
        ...(after === undefined ? [] : [`${margin} + ${after}`]),
      ];
    })
    .join("\n");
}
