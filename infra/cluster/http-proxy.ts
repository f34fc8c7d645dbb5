/** Which proxy leads to a server, and the connections through it. */
import type { Agent } from "node:http";
import https from "node:https";
import { BlockList, isIP } from "node:net";
import { nonEmpty } from "./json.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import { http } from "./node-http.ts";

/** The proxy that the kubeconfig names, else that of the environment; undefined: none. */
export function proxyOf(
  { cluster, server }: Pick<ClusterAccess, "cluster" | "server">,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const named = nonEmpty(cluster.value["proxy-url"]) ?? proxyInEnvironment(new URL(server), env);
  // Go has the proxy resolve names in both.
  return named?.replace(/^socks5:/, "socks5h:");
}

/** Source: Go, golang.org/x/net/http/httpproxy, by which client-go goes. */
function proxyInEnvironment(server: URL, env: NodeJS.ProcessEnv): string | undefined {
  const of = (name: string) =>
    [env[name], env[name.toLowerCase()]].find((it) => it !== undefined && it !== "");
  const proxy = of(server.protocol === "http:" ? "HTTP_PROXY" : "HTTPS_PROXY");
  if (proxy === undefined || isExempt(server, of("NO_PROXY") ?? "")) return undefined;
  return /^(?:https?|socks5h?):\/\//.test(proxy) ? proxy : `http://${proxy}`;
}

function isExempt({ hostname, port, protocol }: URL, exempt: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const onPort = port || (protocol === "http:" ? "80" : "443");
  if (host === "localhost" || isWithin(host, "127.0.0.0/8") || host === "::1") return true;
  return exempt
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== "" && isMeant(entry, host, onPort));
}

/**
 * `*`, `10.0.0.0/8`, `10.0.0.1`, `10.0.0.1:6443`, `[::1]:6443`, `example.com` with all below it,
 * `.example.com` with those alone.
 */
function isMeant(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isWithin(host, entry);
  const [, bracketed, plain = entry, itsPort] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  if (itsPort !== undefined && itsPort !== port) return false;
  const name = bracketed ?? plain;
  if (isIP(name) !== 0) return name === host;
  const below = name.replace(/^\*?\.?/, ".");
  return host.endsWith(below) || (!/^[*.]/.test(name) && host === name);
}

function isWithin(address: string, range: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(network) === 0 || isIP(address) !== isIP(network) || !/^\d{1,3}$/.test(bits))
    return false;
  if (Number(bits) > (family === "ipv6" ? 128 : 32)) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family);
  return block.check(address, family);
}

/** Keeps connections to a server open, straight or through a proxy. */
export async function agentFor(
  server: URL,
  proxy: string | undefined,
  maxSockets: number,
): Promise<Agent> {
  const settings = { keepAlive: true, maxSockets };
  const isPlain = server.protocol === "http:";
  if (proxy === undefined) return isPlain ? new http.Agent(settings) : new https.Agent(settings);
  // Loaded when they are needed, which is seldom.
  if (proxy.startsWith("socks")) {
    const { SocksProxyAgent } = await import("socks-proxy-agent");
    return new SocksProxyAgent(proxy, settings);
  }
  const { HttpProxyAgent, HttpsProxyAgent } = await import("hpagent");
  const Agent = isPlain ? HttpProxyAgent : HttpsProxyAgent;
  return new Agent({ ...settings, proxy });
}
