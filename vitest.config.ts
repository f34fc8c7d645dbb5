import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/skip-reporter.ts"],
    projects: [
      {
        test: {
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
          ],
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "test/consumers/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts"],
          testTimeout: 240_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "servers",
          include: ["test/servers/**/*.test.ts"],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "scanners",
          include: ["test/scanners/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts", "test/scanners/global-setup.ts"],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
