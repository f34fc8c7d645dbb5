import { defineConfig } from "vitest/config";

/**
 * V8 sometimes ends the process when it frees a wrapper of WebAssembly that it has replaced by an
 * optimized one: "Check failed: jit_page.has_value()". With this budget of calls it replaces none.
 *
 * @see https://github.com/nodejs/node/issues/64500
 */
const execArgv = ["--wasm-wrapper-tiering-budget=1000000000"];

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/skip-reporter.ts"],
    projects: [
      {
        test: {
          execArgv,
          name: "fast",
          include: ["test/**/*.test.ts"],
          // A machine that is busy with other work is no reason to fail.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          exclude: [
            "test/e2e/**",
            "test/consumers/**",
            "test/scanners/**",
            "test/faults/**",
            "test/servers/**",
            "test/keda/**",
          ],
        },
      },
      {
        test: {
          execArgv,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "test/consumers/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          execArgv,
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts"],
          testTimeout: 240_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          execArgv,
          name: "keda",
          include: ["test/keda/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts", "test/keda/global-setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          execArgv,
          name: "servers",
          include: ["test/servers/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          execArgv,
          name: "scanners",
          include: ["test/scanners/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts", "test/scanners/global-setup.ts"],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
