/** Who may talk to the page's server: a browser on this machine, from the page, with the token. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

export interface Gate {
  readonly token: string;
  /** Host names, beside those of this machine, under which the page may be asked for. */
  readonly allowedHosts: readonly string[];
}

export function newToken(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * Why a request is not let in; undefined where it is.
 *
 * A page elsewhere may have its own name point to this machine (DNS rebinding): its name stays in
 * Host. The port may be any, since `ssh -L` may come in between.
 */
export function refusal(
  headers: IncomingHttpHeaders,
  { token, allowedHosts }: Gate,
  needsToken: boolean,
): string | undefined {
  const { host = "", authorization = "" } = headers;
  const name = URL.parse(`http://${host}`)?.hostname ?? "";
  const isForwarded = allowedHosts.includes(name);
  if (!LOOPBACK.has(name) && !isForwarded)
    return `the host name ${JSON.stringify(host)} is not this machine's; allow it: npx dash-scale page --allow-host NAME`;
  if (!isFromPage(headers, host, isForwarded ? name : undefined))
    return "the request comes from another page";
  if (!needsToken || isSame(authorization, `Bearer ${token}`)) return undefined;
  return "the token is missing or wrong; open the address that the terminal shows";
}

/** Browsers name the page that a request comes from; what is no browser names none. */
function isFromPage(
  headers: IncomingHttpHeaders,
  host: string,
  forwardedName: string | undefined,
): boolean {
  const { origin } = headers;
  const site = headers["sec-fetch-site"] ?? "none";
  if (site !== "same-origin" && site !== "none") return false;
  return origin === undefined || isSameOrigin(origin, host, forwardedName);
}

/** What forwards a port may add TLS, and may leave out the port. */
function isSameOrigin(origin: string, host: string, forwardedName: string | undefined): boolean {
  if (origin === `http://${host}`) return true;
  return forwardedName !== undefined && URL.parse(origin)?.hostname === forwardedName;
}

/** In the same time, however much of the two is alike. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
