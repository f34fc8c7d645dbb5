import { describe, expect, test } from "vitest";
import { formatCpu, formatMemory, parseQuantity } from "../../components/manifest/quantity.ts";

describe("a quantity as Kubernetes reads it, in thousandths", () => {
  test.each([
    ["1", 1000n],
    ["0.5", 500n],
    ["250m", 250n],
    ["0.0001", 1n], // rounded up, as Kubernetes does
    ["1n", 1n],
    ["512Mi", 512n * 1024n * 1024n * 1000n],
    ["1.5Gi", 1536n * 1024n * 1024n * 1000n],
    ["512M", 512_000_000_000n],
    ["1e3", 1_000_000n],
    ["1E3", 1_000_000n],
    ["1E", 10n ** 21n],
    ["5e-1", 500n],
    ["0", 0n],
    [".5", 500n],
    ["1.", 1000n],
    ["+1", 1000n],
  ])("%s", (text, value) => expect(parseQuantity(text)).toBe(value));
});

test.each([
  "",
  " 1",
  "1 Mi",
  "1MB",
  "1mi",
  "Mi",
  "-1",
  ".",
  "0x10",
  "1e100",
  "9Ei",
  "NaN",
  "9".repeat(40),
])("%j is none", (text) => expect(parseQuantity(text)).toBeUndefined());

test("sums are shown in the largest unit that keeps them whole", () => {
  expect(formatMemory(2560n * 1024n * 1024n * 1000n)).toBe("2560Mi");
  expect(formatMemory(2n * 1024n ** 3n * 1000n)).toBe("2Gi");
  expect(formatMemory(0n)).toBe("0");
  expect(formatCpu(1250n)).toBe("1250m");
  expect(formatCpu(2000n)).toBe("2");
});
