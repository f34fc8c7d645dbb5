import { entries, refined, text } from "./field.ts";
import { ANNOTATION, ANY_TEXT } from "./formats.ts";
import type { ConfigValue } from "./value.ts";

/** Annotations of an object, by key. */
export const annotations = (
  help: string,
  { key, value }: { readonly key: string; readonly value: string },
) =>
  refined(
    entries({
      help,
      expected: `{ ${key}: ${value} }`,
      otherwise: "none",
      example: { [key]: value },
      key: { name: "KEY", pattern: ANNOTATION },
      value: text({
        help: "Its value.",
        pattern: ANY_TEXT,
        expected: "text; put numbers, true and false in quotes",
        example: '"60"',
      }),
    }),
    checkAnnotations,
  );

/** All annotations of an object together may have 256 KiB; some are dash-scale's own. */
const MAX_ANNOTATED = 250_000;
const ANNOTATION_KEY = "expected a name, or PREFIX/NAME such as cert-manager.io/cluster-issuer";

function checkAnnotations(
  checked: ReadonlyMap<string, string | undefined> | undefined,
  value: ConfigValue,
): Readonly<Record<string, string>> {
  const texts = [...(checked ?? [])].map(([key, item]): [string, string] => [key, item ?? ""]);
  for (const [key] of texts)
    if (!ANNOTATION.test(key))
      value.field(key).problem(`the key is not one of an annotation; ${ANNOTATION_KEY}`);
  const size = texts.reduce((sum, it) => sum + Buffer.byteLength(it.join("")), 0);
  if (size > MAX_ANNOTATED)
    value.problem(`has ${size} bytes in total; Kubernetes takes at most ${MAX_ANNOTATED}`);
  return Object.fromEntries(texts);
}
