/** A line of a file that an edit changes. */
export interface ChangedLine {
  /** Its number in the new text. */
  readonly line: number;
  /** Absent for a line that is new. */
  readonly before?: string;
  readonly after: string;
}

/** The lines of two texts that differ, where an edit has changed some and added some, and removed none. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const old = before.split(/\r?\n/);
  const now = after.split(/\r?\n/);
  const changed: ChangedLine[] = [];
  let toAdd = now.length - old.length;
  let at = 0;
  for (const [index, line] of now.entries()) {
    const was = old[at];
    // New, if what stands here now comes a little further below.
    const isNew =
      toAdd > 0 && (was === undefined || now.slice(index + 1, index + 1 + toAdd).includes(was));
    if (line === was) at += 1;
    else if (isNew || was === undefined) {
      changed.push({ line: index + 1, after: line });
      toAdd -= 1;
    } else {
      changed.push({ line: index + 1, before: was, after: line });
      at += 1;
    }
  }
  return changed;
}

/** Changed lines as a diff shows them. */
export function changedLinesText(lines: readonly ChangedLine[]): string {
  return lines
    .flatMap(({ line, before, after }) => {
      const number = String(line).padStart(4);
      return [
        ...(before === undefined ? [] : [`${number} - ${before}`]),
        `${" ".repeat(before === undefined ? 0 : number.length) || number} + ${after}`,
      ];
    })
    .join("\n");
}
