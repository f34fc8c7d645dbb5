import fc from "fast-check";
import { mostly, slipped, strange } from "./texts.ts";

const host = fc.oneof(
  fc.constantFrom(
    "",
    "",
    "docker.io/",
    "registry.example.com/",
    "localhost:5000/",
    "10.0.0.1:443/",
  ),
  fc.domain().map((name) => `${name}/`),
);
const path = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8}){0,2}(\/[a-z0-9]{1,8}){0,3}$/);
const tag = fc.oneof(fc.constant(""), fc.stringMatching(/^:[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/));
const digest = fc.oneof(fc.constant(""), fc.stringMatching(/^@sha256:[0-9a-f]{64}$/));

/** Image references, right ones and nearly right ones. */
export const image: fc.Arbitrary<string> = mostly(
  slipped(fc.tuple(host, path, tag, digest).map((parts) => parts.join(""))),
  fc.oneof(strange, fc.string()),
  20,
);
