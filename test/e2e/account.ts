import { stringify } from "yaml";
import type { LocalEnvironment } from "../../local/environment.ts";
import { ControlPlane } from "../../local/cluster/control-plane.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest, Right, Rule } from "../support/rights.ts";
import { manifestsOf, ruleOf } from "../support/rights.ts";
import { kubectlWith, mustKubectl } from "./kubectl.ts";

/** How long the API server may take to see what was granted. */
const PATIENCE_MS = 10_000;

/**
 * The ServiceAccount of examples/pipeline, with a token, and with the rights that a test gives it.
 */
export class Account {
  readonly #environment: LocalEnvironment;
  readonly #namespace: string;
  #grants = 0;

  private constructor(environment: LocalEnvironment, namespace: string) {
    this.#environment = environment;
    this.#namespace = namespace;
  }

  /**
   * Applies what an administrator applies, for an app in this namespace; see {@link inNamespace}.
   */
  static async create(
    environment: LocalEnvironment,
    namespace: string,
    files: readonly string[],
  ): Promise<Account> {
    const account = new Account(environment, namespace);
    for (const file of files) await account.#apply(...(await inNamespace(file, namespace)));
    return account;
  }

  /** A kubeconfig that knows nothing but the account's token. */
  async kubeconfig(): Promise<string> {
    const token = await this.#kubectl([
      "create",
      "token",
      "pipeline",
      "-n",
      pipelines(this.#namespace),
    ]);
    const { server, keys } = await new ControlPlane(this.#environment.paths.controlPlane).access();
    const authority = (await readFile(join(keys, "ca.crt"))).toString("base64");
    const name = "pipeline";
    return stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
      users: [{ name, user: { token: token.trim() } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
    });
  }

  /**
   * Makes these the rights that a ClusterRole of the files gives, and comes back when they are in
   * force.
   */
  async grant(role: string, rights: readonly Right[]): Promise<void> {
    this.#grants += 1;
    // One role is seen as a whole: who has this right has the others, and no more.
    const mark = `grant${this.#grants}`;
    const marked: Rule = { apiGroups: [""], resources: [mark], verbs: ["get"] };
    await this.#apply({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: `${role}-${this.#namespace}` },
      rules: [...rights.map(ruleOf), marked],
    });
    const question = ["auth", "can-i", "get", mark, "-n", this.#namespace];
    const asked = [
      ...question,
      "--as",
      `system:serviceaccount:${pipelines(this.#namespace)}:pipeline`,
    ];
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const { stdout } = await this.#environment.kubectl(asked);
      if (stdout.trim() === "yes") return;
      if (Date.now() > until) throw new Error(`what was granted is not in force: ${stdout}`);
    }
  }

  /** Takes away all that is not in a namespace, and the account. */
  async remove(): Promise<void> {
    const roles = ["", "-fit", "-namespace"].map(
      (it) => `dash-scale-pipeline${it}-${this.#namespace}`,
    );
    const kinds = "clusterroles,clusterrolebindings";
    await this.#kubectl(["delete", kinds, ...roles, "--ignore-not-found"]);
    const namespaces = [this.#namespace, pipelines(this.#namespace)];
    await this.#kubectl(["delete", "namespaces", ...namespaces, "--ignore-not-found"]);
  }

  async #apply(...manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) await kubectlWith(this.#environment, manifest, ["apply"]);
  }

  #kubectl(args: readonly string[]): Promise<string> {
    return mustKubectl(this.#environment, args);
  }
}

function pipelines(namespace: string): string {
  return `pipelines-${namespace}`;
}

/** The objects of a file, for an app in another namespace, and beside those of other tests. */
async function inNamespace(file: string, namespace: string): Promise<Manifest[]> {
  const text = JSON.stringify(await manifestsOf(file))
    .replaceAll('"four-callbacks"', JSON.stringify(namespace))
    .replaceAll('"pipelines"', JSON.stringify(pipelines(namespace)));
  const manifests: Manifest[] = JSON.parse(
    text.replaceAll(/"(dash-scale-pipeline[-a-z]*)"/g, `"$1-${namespace}"`),
  );
  return manifests;
}
