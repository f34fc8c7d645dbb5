import { Output, output, RunError, secret } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { ConfigError } from "../../components/config/errors.ts";
import { isOutput, unknownSecret } from "../../components/config/output.ts";

test.each([
  ["an Output", output(1)],
  ["a secret", secret("a")],
  ["what stands for a secret", unknownSecret()],
  ["a map", { a: output(1) }],
  ["a promise", Promise.resolve(1)],
  ["a text", "a"],
  ["nothing", undefined],
  ["null", null],
])("of %s the SDK says the same", (_, value) => {
  expect(isOutput(value)).toBe(Output.isInstance(value));
});

test("both are told from the rest", () => {
  expect([isOutput(output(1)), isOutput(unknownSecret()), isOutput({})]).toEqual([
    true,
    true,
    false,
  ]);
});

test("a ConfigError is a RunError to the SDK, which prints it without a stack trace", () => {
  expect(RunError.isInstance(new ConfigError([]))).toBe(true);
});
