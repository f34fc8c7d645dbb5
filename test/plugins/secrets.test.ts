import { describe, expect, it } from "vitest";
import { checkpoint, inputsOf, liveOf } from "../../local/plugins/kubernetes/checkpoint.ts";
import { normalized } from "../../local/plugins/kubernetes/normalized.ts";
import { annotate, isSecret, reveal, secret } from "../../local/plugins/kubernetes/secrets.ts";
import { hasUnknown, UNKNOWN } from "../../local/plugins/kubernetes/unknowns.ts";

const CANARY = "canary-value";
const ENCODED = Buffer.from(CANARY).toString("base64");

describe("secrets on the wire", () => {
  it("are revealed wherever they are", () => {
    const sent = { a: secret("x"), b: [{ c: secret({ d: secret("y") }) }], e: 1 };
    expect(reveal(sent)).toEqual({ a: "x", b: [{ c: { d: "y" } }], e: 1 });
  });

  it("are marked again at the same place, and a list with one as a whole", () => {
    const origin = { a: secret("x"), b: { c: secret("y"), d: "z" }, e: [secret("s"), "t"] };
    expect(annotate({ a: "1", b: { c: "2", d: "3" }, e: ["4"], f: "5" }, origin)).toEqual({
      a: secret("1"),
      b: { c: secret("2"), d: "3" },
      e: secret(["4"]),
      f: "5",
    });
  });

  it("are the contents of every Kubernetes Secret, however they came", () => {
    const marked = annotate({ kind: "Secret", data: { a: "MQ==" }, stringData: { a: "1" } }, {});
    expect(marked).toEqual({
      kind: "Secret",
      data: secret({ a: "MQ==" }),
      stringData: secret({ a: "1" }),
    });
  });
});

describe("the state of a Secret", () => {
  const sent = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s" },
    stringData: { KEY: secret(CANARY) },
  };
  const answered = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", uid: "1" },
    data: { KEY: ENCODED },
  };
  const state = checkpoint(answered, sent, "manager");

  it("holds nothing of it in plain, neither as given nor as stored", () => {
    const isHidden = (key: string, value: unknown): unknown =>
      ["data", "stringData"].includes(key) ? "hidden" : value;
    const visible = JSON.stringify(state, isHidden);
    expect(visible).not.toContain(CANARY);
    expect(visible).not.toContain(ENCODED);
    expect(isSecret(state["data"])).toBe(true);
    expect(isSecret(inputsOf(state)["stringData"])).toBe(true);
  });

  // provider.go, `checkpointObject`: what the cluster never gives back would count as drift there.
  it("holds of the live object what the cluster gives, and that is data alone", () => {
    expect(reveal(liveOf(state))).toEqual(answered);
  });

  it("separates the object from what made it so", () => {
    expect(reveal(liveOf(state))).toEqual(answered);
    expect(state["__fieldManager"]).toBe("manager");
    expect(state["__initialApiVersion"]).toBe("v1");
  });
});

describe("the inputs of a Secret", () => {
  const given = { apiVersion: "v1", kind: "Secret", stringData: { KEY: CANARY } };

  it("are what the cluster keeps of them, as the official provider has it", () => {
    const data = { KEY: "old", OTHER: "MQ==" };
    expect(normalized({ ...given, data })).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      data: { KEY: ENCODED, OTHER: "MQ==" },
    });
  });

  it.each([
    ["of another kind", { ...given, kind: "Thing" }],
    ["with a value that is not known", { ...given, stringData: { KEY: UNKNOWN } }],
    ["without any", { ...given, stringData: {} }],
  ])("stay as they are %s", (_, inputs) => {
    expect(normalized(inputs)).toEqual(inputs);
  });
});

describe("unknown values", () => {
  it.each([
    [{ a: [{ b: UNKNOWN }] }, true],
    [{ a: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7" }, true],
    [{ a: [{ b: "known" }] }, false],
    [{}, false],
  ])("in %j: %s", (value, expected) => {
    expect(hasUnknown(value)).toBe(expected);
  });
});
