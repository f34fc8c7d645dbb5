import process from "node:process";
import type { Reporter, TestModule } from "vitest/node";

/** Says at the end of a run which tests were skipped, and why: a skipped test protects nothing. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const reason of modules.flatMap(reasonsIn)) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    for (const [reason, count] of counts) {
      process.stdout.write(`  Skipped ${count === 1 ? "1 test" : `${count} tests`}: ${reason}\n`);
    }
  }
}

/**
 * Of the tests of a file that were left out, except by `-t` or `only`, which somebody asked for.
 */
function reasonsIn(module: TestModule): string[] {
  return [...module.children.allTests("skipped")].flatMap((test) => {
    const result = test.result();
    return result.state === "skipped" && result.note !== undefined ? [result.note] : [];
  });
}
