import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import { createServer } from "node:https";
import { join } from "node:path";
import { freePorts } from "../../local/system/ports.ts";
import type { LocalEnvironment } from "../../local/environment.ts";

/**
 * An admission webhook as careless ones are: it refuses every Secret of a namespace, and quotes what is in it. The API
 * server hands its words on.
 */
export class EchoWebhook {
  /** The ways in which it quotes. */
  static readonly quoting: Readonly<Record<string, (value: string) => string>> = {
    "as it is": (value) => value,
    "line by line": (value) => value.split("\n").join(" | "),
    "as JSON": (value) => JSON.stringify(value),
    "as JSON in JSON": (value) => JSON.stringify(JSON.stringify(value)),
    "in base64": (value) => Buffer.from(value).toString("base64"),
    "in an address": (value) => encodeURIComponent(value),
  };
  readonly #environment: LocalEnvironment;
  readonly #name: string;
  readonly #server: Server;

  private constructor(environment: LocalEnvironment, name: string, server: Server) {
    this.#environment = environment;
    this.#name = name;
    this.#server = server;
  }

  static async start(environment: LocalEnvironment, namespace: string): Promise<EchoWebhook> {
    // The API server's own certificate is for this machine, too.
    const keys = join(environment.place.controlPlane, "clusters", "local", "pki");
    const [ca, cert, key] = await Promise.all(
      ["ca.crt", "admin.crt", "admin.key"].map((name) => readFile(join(keys, name))),
    );
    if (!ca || !cert || !key) throw new Error("the control plane has no keys");
    const server = createServer({ cert, key });
    const webhook = new EchoWebhook(environment, `echo-${namespace}`, server);
    server.on("request", (request, response) => void webhook.#respond(request, response));
    const [port = 0] = await freePorts(1);
    await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
    const configuration = configurationOf(webhook.#name, namespace, {
      url: `https://127.0.0.1:${port}/`,
      caBundle: ca.toString("base64"),
    });
    await webhook.#kubectl(["apply", "--filename", "-"], configuration);
    return webhook;
  }

  async stop(): Promise<void> {
    await this.#kubectl(["delete", "validatingwebhookconfiguration", this.#name]);
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const review: Review = JSON.parse(Buffer.concat(chunks).toString());
    const values = Object.values(review.request.object?.data ?? {}).map((it) =>
      Buffer.from(it, "base64").toString(),
    );
    const ways = Object.entries(EchoWebhook.quoting);
    const message = ways.map(([way, quote]) => `${way}: ${values.map(quote).join()}`).join("; ");
    const answer = { uid: review.request.uid, allowed: false, status: { code: 403, message } };
    const { apiVersion, kind } = review;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ apiVersion, kind, response: answer }));
  }

  async #kubectl(args: readonly string[], input?: object): Promise<void> {
    const options = input === undefined ? {} : { input: JSON.stringify(input) };
    const { status, stderr } = await this.#environment.kubectl(args, options);
    if (status !== 0) throw new Error(stderr);
  }
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: {
    readonly uid: string;
    readonly object?: { readonly data?: Readonly<Record<string, string>> } | null;
  };
}

function configurationOf(name: string, namespace: string, clientConfig: object): object {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name },
    webhooks: [
      {
        name: "echo.dash-scale.test",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        clientConfig,
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        rules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["secrets"] },
        ],
      },
    ],
  };
}
