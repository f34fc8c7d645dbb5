/** A cell of a table; numbers are shown to the right. */
export type Cell = string | number;

/** A Markdown table whose columns line up, as the formatter has them. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const right = heading.map((_, column) => rows.every((row) => typeof row[column] === "number"));
  const texts = [heading, ...rows].map((row) => row.map(String));
  const widths = heading.map((_, column) =>
    Math.max(3, ...texts.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) => {
    const cells = widths.map((width, column) => {
      const text = row[column] ?? "";
      return right[column] === true ? text.padStart(width) : text.padEnd(width);
    });
    return `| ${cells.join(" | ")} |`;
  };
  const rule = widths.map((width, column) =>
    right[column] === true ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  const [head = [], ...body] = texts;
  return [line(head), `| ${rule.join(" | ")} |`, ...body.map(line)].join("\n");
}

/** With so many digits after the point; what is no number, as for a ratio to nothing, is a dash. */
export function fixed(value: number, digits = 2): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "-";
}
