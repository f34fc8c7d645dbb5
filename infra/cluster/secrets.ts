/** What Secrets of a namespace hold. */
import type { SecretData } from "../../components/manifest/secret-digest.ts";
import type { NamespaceSecrets, SecretReading } from "../../components/plan/service-findings.ts";
import { isStatus } from "./api-error.ts";
import type { HttpClient } from "./http.ts";
import type { Json } from "./json.ts";
import { getPath, object, text } from "./json.ts";

/**
 * Reads Secrets by name, one request for each: an account may have a right to these and no others.
 *
 * @throws where the cluster cannot be reached, or does not know the user
 */
export async function readSecrets(
  http: HttpClient,
  namespace: string,
  names: readonly string[],
): Promise<NamespaceSecrets> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const readings = await Promise.all(
    names.map(async (name): Promise<[string, SecretReading]> => [
      name,
      await read(http, `${path}/secrets/${encodeURIComponent(name)}`),
    ]),
  );
  const isMissing = readings.some(([, { kind }]) => kind === "missing");
  // An account that may not see namespaces has one that exists.
  const hasNamespace = !isMissing || (await read(http, path)).kind !== "missing";
  return { readings: new Map(readings), hasNamespace };
}

async function read(http: HttpClient, path: string): Promise<SecretReading> {
  try {
    return { kind: "read", data: secretData(await http.send({ method: "GET", path })) };
  } catch (error) {
    if (isStatus(error, 404)) return { kind: "missing" };
    if (isStatus(error, 403)) return { kind: "forbidden" };
    throw error;
  }
}

/** The values of a Secret as the API server has it, in base64, by key. */
export function secretData(secret: Json | undefined): SecretData {
  const data = object(getPath(secret, "data"));
  return new Map(Object.entries(data).map(([key, value]) => [key, text(value) ?? ""]));
}
