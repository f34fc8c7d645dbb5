/** A page, as far as its links and its layout are concerned. */
export interface Page {
  /** Targets of its links, as they are written. */
  readonly links: readonly string[];
  /** What `#…` may name: GitHub's anchors of its headings. */
  readonly anchors: ReadonlySet<string>;
  /** Its lines outside of code. */
  readonly lines: readonly Line[];
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Reads a page in Markdown. */
export function readMarkdown(text: string): Page {
  const lines = outsideOfCode(text.split("\n"));
  const prose = lines.map((line) => line.text).join("\n");
  const plain = prose.replaceAll(/(`+).*?\1/gs, "");
  const inline = [...plain.matchAll(/\]\(([^)\s]+)\)/g)];
  const defined = [...plain.matchAll(/^\[[^\]]+\]: +(\S+)/gm)];
  return {
    links: [...inline, ...defined].map(([, target = ""]) => target),
    anchors: anchorsOf(lines),
    lines,
  };
}

/** Code is what is fenced, and what is indented behind an empty line and does not go on with a list. */
function outsideOfCode(texts: readonly string[]): Line[] {
  const lines: Line[] = [];
  let fenced = false;
  let indented = false;
  let isList = false;
  texts.forEach((text, index) => {
    if (text.trimStart().startsWith("```")) {
      fenced = !fenced;
      return;
    }
    if (fenced) return;
    const afterEmpty = texts[index - 1]?.trim() === "";
    const code = isList ? /^ {6}/ : /^ {4}/;
    if (text.trim() !== "" && !text.startsWith(" ")) isList = /^(?:[-*]|\d+\.) /.test(text);
    indented = code.test(text) && (indented || afterEmpty);
    if (!indented) lines.push({ number: index + 1, text });
  });
  return lines;
}

/**
 * https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/node_filter/table_of_contents_filter.rb
 */
function anchorsOf(lines: readonly Line[]): Set<string> {
  const anchors = new Set<string>();
  for (const { text } of lines) {
    const [, heading] = /^#{1,6} +(.*)$/.exec(text) ?? [];
    if (heading === undefined) continue;
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
