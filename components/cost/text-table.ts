/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers end below each other. @default "left" */
  readonly align?: "left" | "right";
}

const GAP = "  ";

/** A table as plain text, without a space at the end of any line. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((cells) => (cells[index] ?? "").length)),
  );
  return lines
    .map((cells) =>
      columns
        .map(({ align }, index) => {
          const cell = cells[index] ?? "";
          const width = widths[index] ?? 0;
          return align === "right" ? cell.padStart(width) : cell.padEnd(width);
        })
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

/** A text that is cut where it is too long for its place. */
export function truncate(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, Math.max(0, length - 1))}…` : text;
}

/** `2 → 4`, or `2` where nothing changes. */
export function formatChange(before: string | undefined, after: string): string {
  return before === undefined || before === after ? after : `${before} → ${after}`;
}
