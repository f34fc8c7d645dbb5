/** The location of a note, which a preview shows without a word before. */
const NOTE = /^\s*(?:info: )?((?:\S+:\d+:\d+|dash-scale:[\w.-]+): .*\S)\s*$/;
/** Of Pulumi itself, where a plugin was found. */
const OF_PLUGINS = /^using pulumi-\S+ from \$PATH/;
const FINDING = /^\s*(?:warning|error): (.*\S)\s*$/;

/** Warnings, errors and notes of a preview, each once. */
export function saidIn(output: string): string[] {
  const found = output
    .split("\n")
    .flatMap((line) => FINDING.exec(line)?.[1] ?? NOTE.exec(line)?.[1] ?? [])
    .filter((text) => !OF_PLUGINS.test(text));
  return [...new Set(found)];
}
