/** Whether a URL asks for TLS, and how it would. */
export interface TlsOfUrl {
  readonly isOn: boolean;
  readonly howTo: string;
}

/** Schemes without TLS, each with the one that has it. */
const SECURE = new Map(
  Object.entries({ redis: "rediss", amqp: "amqps", http: "https", mqtt: "mqtts", nats: "tls" }),
);
const POSTGRES = /^postgres(?:ql)?$/;
/**
 * libpq's others go on without TLS where the server has none.
 *
 * Source: PostgreSQL docs, "SSL Support", table "SSL Mode Descriptions".
 */
const POSTGRES_TLS =
  /[?&](?:sslmode=(?:require|verify-ca|verify-full)|ssl=(?:true|require))(?:&|$)/;

/** Undefined where that cannot be told: what is no URL, and what has options of its own for TLS. */
export function tlsOf(text: string): TlsOfUrl | undefined {
  const [, name = ""] = /^([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:\/\//i.exec(text) ?? [];
  const scheme = name.toLowerCase();
  if (POSTGRES.test(scheme))
    return { isOn: POSTGRES_TLS.test(text), howTo: "add ?sslmode=require to the URL" };
  const secure = SECURE.get(scheme);
  if (secure !== undefined) return { isOn: false, howTo: `write ${secure}://` };
  return [...SECURE.values()].includes(scheme) ? { isOn: true, howTo: "" } : undefined;
}
