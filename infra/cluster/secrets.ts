/** What Secrets of a namespace hold. */
import type { SecretData } from "../../components/manifest/secret-digest.ts";
import type { NamespaceSecrets, SecretReading } from "../../components/plan/service-findings.ts";
import type { HttpClient } from "./http.ts";
import type { Json } from "./json.ts";
import { getPath, object, text } from "./json.ts";
import { hasNamespace, namespacePath, readObject } from "./named-object.ts";

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
  const path = `${namespacePath(namespace)}/secrets`;
  const readings = await Promise.all(
    names.map(async (name): Promise<[string, SecretReading]> => {
      const found = await readObject(http, `${path}/${encodeURIComponent(name)}`);
      return [name, found.kind === "read" ? dataOf(found.object) : found];
    }),
  );
  const isMissing = readings.some(([, { kind }]) => kind === "missing");
  return {
    readings: new Map(readings),
    hasNamespace: !isMissing || (await hasNamespace(http, namespace)),
  };
}

function dataOf(secret: Json | undefined): SecretReading {
  return { kind: "read", data: secretData(secret) };
}

/** The values of a Secret as the API server has it, in base64, by key. */
export function secretData(secret: Json | undefined): SecretData {
  const data = object(getPath(secret, "data"));
  return new Map(Object.entries(data).map(([key, value]) => [key, text(value) ?? ""]));
}
