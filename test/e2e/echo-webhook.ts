import type { IncomingMessage, ServerResponse } from "node:http";
import type { LocalEnvironment } from "../../local/environment.ts";
import type { HttpsServer } from "./https-server.ts";
import { serveForCluster } from "./https-server.ts";
import { kubectlWith, mustKubectl } from "./kubectl.ts";

/**
 * An admission webhook as careless ones are: it refuses every Secret of a namespace, and quotes
 * what is in it. The API server hands its words on.
 */
export class EchoWebhook {
  /** The ways in which it quotes: those that the engine hides. */
  static readonly quoting: Readonly<Record<string, (value: string) => string>> = {
    "as it is": (value) => value,
    // As Go writes it, in which most webhooks are written.
    "as JSON": (value) =>
      JSON.stringify(value).replaceAll(/[<>&]/g, (it) => `\\u00${it.charCodeAt(0).toString(16)}`),
  };
  readonly #environment: LocalEnvironment;
  readonly #name: string;
  readonly #server: HttpsServer;

  private constructor(environment: LocalEnvironment, name: string, server: HttpsServer) {
    this.#environment = environment;
    this.#name = name;
    this.#server = server;
  }

  static async start(environment: LocalEnvironment, namespace: string): Promise<EchoWebhook> {
    const server = await serveForCluster(environment, (request, response) => {
      void respond(request, response);
    });
    const name = `echo-${namespace}`;
    const configuration = configurationOf(name, namespace, {
      url: `https://127.0.0.1:${server.port}/`,
      caBundle: server.authority,
    });
    await kubectlWith(environment, configuration, ["apply"]);
    return new EchoWebhook(environment, name, server);
  }

  async stop(): Promise<void> {
    const args = ["delete", "validatingwebhookconfiguration", this.#name];
    await mustKubectl(this.#environment, args);
    await this.#server.stop();
  }
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
