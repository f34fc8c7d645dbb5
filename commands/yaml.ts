import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Document, Node } from "yaml";
import { LineCounter, parseDocument } from "yaml";
import { ConfigError, messageOf } from "../components/config/errors.ts";
import { withoutStackTraces } from "../infra/without-stack-traces.ts";
import { lintYaml } from "./yaml-lint.ts";

/** The text of a stack file as YAML. */
export interface YamlText {
  readonly document: Document.Parsed;
  /** `Pulumi.dev.yaml:3:5` of an offset into the text. */
  readonly locationAt: (offset: number) => string;
}

/**
 * 500 process types with all their fields are half of it. More would take seconds to read and
 * change.
 */
const MAX_KIB = 256;
const MAX_PROBLEMS = 20;

/**
 * Reads YAML as Pulumi does: merge keys, and the core schema whatever a `%YAML` line says. A text
 * that Pulumi refuses, or that is larger or deeper than any stack file, is a problem.
 *
 * @param shown the file's name in places
 * @throws ConfigError with every problem at its place
 */
export function readYaml(text: string, shown: string): YamlText {
  const lineCounter = new LineCounter();
  const locationAt = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `${shown}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const kibibytes = Math.ceil(Buffer.byteLength(text) / 1024);
  if (kibibytes > MAX_KIB) {
    const message = `got a file of ${kibibytes} KiB; expected at most ${MAX_KIB} KiB`;
    throw new ConfigError([{ location: `${shown}:1:1`, message }]);
  }
  const document = parseYaml(text, lineCounter);
  const mistakes = document.errors.map(({ message, pos: [offset] }) => ({ offset, message }));
  const found = mistakes.length > 0 ? mistakes : lintYaml(document);
  if (found.length === 0) return { document, locationAt };
  throw new ConfigError(
    found.slice(0, MAX_PROBLEMS).map(({ offset, message }) => ({
      location: locationAt(offset),
      message: message.startsWith("Maximum call stack") ? "is nested too deeply" : message,
    })),
  );
}

/** What a library makes of a text, without a look at what that comes to. */
export function parseYaml(text: string, lineCounter?: LineCounter): Document.Parsed {
  // A text of 180 KB may have 60,000 errors.
  return withoutStackTraces(() =>
    parseDocument(text, {
      schema: "core",
      merge: true,
      keepSourceTokens: true,
      // Both take time that grows with the square of the text: the survey finds duplicates, and
      // places are found above.
      uniqueKeys: false,
      prettyErrors: false,
      ...(lineCounter ? { lineCounter } : {}),
    }),
  );
}

/**
 * What a node of a surveyed document says. Aliases were counted, which the library's own limit of
 * 100 does not know.
 */
export function valueOf(
  document: Document.Parsed,
  node: Pick<Node, "toJS"> | null = document.contents,
): unknown {
  return node === null ? null : node.toJS(document, { maxAliasCount: -1 });
}

/** The text of a file, a byte-order mark included. */
export function readText(file: string): string {
  try {
    // Bytes that are no UTF-8 are refused, as Pulumi does; a byte-order mark stays where it is.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(readFileSync(file));
  } catch (error) {
    const location = relative(process.cwd(), file);
    throw new ConfigError([{ location, message: `cannot be read: ${messageOf(error)}` }]);
  }
}
