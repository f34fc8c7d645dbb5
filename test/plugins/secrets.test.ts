import { describe, expect, it } from "vitest";
import { checkpoint, inputsOf, liveOf } from "../../local/plugins/kubernetes/checkpoint.ts";
import {
  annotate,
  isSecret,
  redact,
  reveal,
  secret,
  secretTexts,
} from "../../local/plugins/kubernetes/secrets.ts";
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
    expect(isSecret(state["stringData"])).toBe(true);
    expect(isSecret(inputsOf(state)["stringData"])).toBe(true);
  });

  it("keeps stringData, which the cluster never gives back", () => {
    expect(reveal(state)["stringData"]).toEqual({ KEY: CANARY });
  });

  it("shows a value that someone changed in the cluster", () => {
    const changed = { ...answered, data: { KEY: Buffer.from("other").toString("base64") } };
    expect(reveal(checkpoint(changed, sent, "m"))["stringData"]).toEqual({ KEY: "other" });
  });

  it("separates the object from what made it so", () => {
    expect(reveal(liveOf(state))).toEqual({ ...answered, stringData: { KEY: CANARY } });
    expect(state["__fieldManager"]).toBe("manager");
    expect(state["__initialApiVersion"]).toBe("v1");
  });
});

describe("messages", () => {
  it("have every secret blacked out, plain or encoded", () => {
    const texts = secretTexts({ a: { b: [secret(CANARY)] }, c: "word" });
    const message = `bad value "${CANARY}", stored as ${ENCODED}, word`;
    expect(redact(message, texts)).toBe('bad value "[secret]", stored as [secret], word');
  });

  const key = `-----BEGIN-----\n<${CANARY}> & "co"\n-----END-----`;
  it.each([
    ["as it is", key],
    ["line by line", key.split("\n").join(" | ")],
    ["as JSON", JSON.stringify({ key })],
    [
      "as Go's JSON",
      JSON.stringify(key).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
    ],
    ["in an error within an error", JSON.stringify(JSON.stringify(key))],
    ["in base64", Buffer.from(key).toString("base64")],
    ["in base64 for addresses", Buffer.from(key).toString("base64url")],
    ["in an address", encodeURIComponent(key)],
  ])("have a text of several lines blacked out, quoted %s", (_, message) => {
    const told = redact(`it is ${message}`, secretTexts({ a: secret(key) }));
    expect(told).not.toContain(CANARY);
    expect(told).toContain("[secret]");
  });

  it("have the contents of a Kubernetes Secret blacked out though unmarked", () => {
    const texts = secretTexts({ kind: "Secret", stringData: { a: CANARY } });
    expect(redact(`is ${CANARY}`, texts)).toBe("is [secret]");
  });

  it("keep words that happen to be like a very short secret", () => {
    expect(redact("it is on", secretTexts({ a: secret("on") }))).toBe("it is on");
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
