/** A cluster's objects: read, created, applied, deleted. */
import { list, object, text } from "../../shared/json.ts";
import type { JsonObject } from "../../shared/json.ts";
import { isStatus } from "../../../../infra/cluster/api-error.ts";
import { Kinds } from "./kinds.ts";
import type { Transport } from "./transport.ts";

/** What it takes to find an object. */
export interface Reference {
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
  name: string;
}

export interface Write {
  /** The name under which the fields are owned. */
  manager: string;
  /** Whether the cluster should only say what it would do. */
  dryRun: boolean;
}

/** The manager of what was created but not applied yet; the official provider's name for it. */
const CREATOR = "pulumi-kubernetes";

export class Cluster {
  /** Where namespaced objects go that name no namespace. */
  readonly namespace: string;
  readonly kinds: Kinds;
  readonly #http: Transport;

  constructor(http: Transport, namespace: string) {
    this.#http = http;
    this.namespace = namespace;
    this.kinds = new Kinds(http);
  }

  /** Fails when the cluster cannot be reached or does not know who we are. */
  async greet(): Promise<void> {
    await this.#http.send({ method: "GET", path: "/version" });
  }

  async get(reference: Reference): Promise<JsonObject> {
    return this.#http.send({ method: "GET", path: await this.#pathTo(reference) });
  }

  async find(reference: Reference): Promise<JsonObject | undefined> {
    try {
      return await this.get(reference);
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  }

  /** Creates an object; the cluster refuses if it is there. */
  async create(inputs: JsonObject, dryRun: boolean): Promise<JsonObject> {
    return this.#http.send({
      method: "POST",
      path: await this.#collection(referenceTo(inputs)),
      query: { fieldManager: CREATOR, ...STRICT, ...onlyIf(dryRun) },
      body: inputs,
    });
  }

  /** Applies fields to an object, server-side. Without force, fields of others are refused. */
  async apply(inputs: JsonObject, write: Write & { force: boolean }): Promise<JsonObject> {
    return this.#http.send({
      method: "PATCH",
      path: await this.#pathTo(referenceTo(inputs)),
      query: {
        fieldManager: write.manager,
        force: String(write.force),
        ...STRICT,
        ...onlyIf(write.dryRun),
      },
      body: inputs,
      contentType: "application/apply-patch+yaml",
    });
  }

  /** Replaces an object as a whole. */
  async replace(inputs: JsonObject, write: Write): Promise<JsonObject> {
    return this.#http.send({
      method: "PUT",
      path: await this.#pathTo(referenceTo(inputs)),
      query: { fieldManager: write.manager, ...STRICT, ...onlyIf(write.dryRun) },
      body: inputs,
    });
  }

  async patch(live: JsonObject, operations: JsonObject[]): Promise<JsonObject> {
    return this.#http.send({
      method: "PATCH",
      path: await this.#pathTo(referenceTo(live)),
      body: operations,
      contentType: "application/json-patch+json",
    });
  }

  /** Asks for an object's deletion. False: it was not there. */
  async delete(reference: Reference, propagationPolicy: string): Promise<boolean> {
    const path = await this.#pathTo(reference);
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy };
    try {
      await this.#http.send({ method: "DELETE", path, body });
      return true;
    } catch (error) {
      if (isStatus(error, 404)) return false;
      throw error;
    }
  }

  async list(
    of: Omit<Reference, "name">,
    query: Record<string, string>,
  ): Promise<readonly JsonObject[]> {
    const path = await this.#collection(of);
    const answer = await this.#http.send({ method: "GET", path, query });
    return list(answer["items"]).map(object);
  }

  async #collection(of: Omit<Reference, "name">): Promise<string> {
    const { base, plural, namespaced } = await this.kinds.find(of.apiVersion, of.kind);
    const namespace = encodeURIComponent(of.namespace ?? this.namespace);
    return namespaced ? `${base}/namespaces/${namespace}/${plural}` : `${base}/${plural}`;
  }

  async #pathTo(reference: Reference): Promise<string> {
    return `${await this.#collection(reference)}/${encodeURIComponent(reference.name)}`;
  }
}

/** A field that the cluster does not know is a mistake, not something to drop in silence. */
const STRICT = { fieldValidation: "Strict" };

function onlyIf(dryRun: boolean): Record<string, string> {
  return dryRun ? { dryRun: "All" } : {};
}

export function referenceTo(inputs: JsonObject): Reference {
  const metadata = object(inputs["metadata"]);
  return {
    apiVersion: text(inputs["apiVersion"]) ?? "",
    kind: text(inputs["kind"]) ?? "",
    namespace: text(metadata["namespace"]),
    name: text(metadata["name"]) ?? "",
  };
}

/** How people call an object: `Deployment "shop/web"`. */
export function labelOf(inputs: JsonObject): string {
  const { kind, namespace, name } = referenceTo(inputs);
  return `${kind} "${namespace === undefined ? name : `${namespace}/${name}`}"`;
}
