import fc from "fast-check";
import { mostly } from "./texts.ts";

export const host = fc.oneof(
  fc.constantFrom("shop.example.com", "*.example.com", "10.0.0.1", "xn--bcher-kva.example"),
  fc.domain(),
  fc
    .array(fc.stringMatching(/^[a-z0-9]{1,63}$/), { minLength: 2, maxLength: 6 })
    .map((it) => it.join(".")),
);
export const basePath = fc.oneof(
  fc.constantFrom("/", "/shop/", "/a/b/", "/../", "/a/./b/", "/~u/", "/.well-known/"),
  fc.stringMatching(/^\/([A-Za-z0-9._~-]{1,8}\/){0,4}$/),
);
export const subdomain = fc.oneof(fc.constantFrom("nginx", "public", "shop-tls"), fc.domain());
export const cidr = fc.oneof(
  fc.constantFrom(
    "10.0.0.0/8",
    "10.1.2.3/16",
    "::/0",
    "2001:db8::/32",
    "0.0.0.0/0",
    "010.0.0.0/8",
    "10.0.0.0/08",
  ),
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 33 })).map((it) => it.join("/")),
  mostly(
    fc.constant("fd00::/8"),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 129 })).map((it) => it.join("/")),
    4,
  ),
);
