import { expect, inject, test } from "vitest";
import { versions } from "../../local/versions.ts";
import { MANIFEST_CASES } from "../manifest/cases.ts";
import { BAD, objections } from "./scan.ts";

/**
 * Rules of kube-score that are wrong for this program. It has no configuration file, so they stand
 * here.
 */
const EXEMPT: Readonly<Record<string, string>> = {
  "container-image-pull-policy":
    "Always makes every start of a pod depend on the registry, and an outage of it one of the app; the image is " +
    "named by tag or digest, and the kubelet's own default follows from that",
};

/**
 * All of kube-score's optional rules but container-cpu-requests-equal-limits, and
 * container-resource-requests-equal-limits which is that and the one for memory in one: see
 * NO_CPU_LIMIT.
 */
const OPTIONAL = [
  "container-memory-requests-equal-limits",
  "container-ephemeral-storage-request-equals-limit",
  "container-ports-check",
  "container-seccomp-profile",
];

/**
 * No CPU limit by default: it throttles a busy replica while the node has CPU to spare. The
 * request, which is always set, keeps a replica from starving others.
 */
const NO_CPU_LIMIT = "--ignore-container-cpu-limit";

/** One replica is the default of this program: who needs more says so in the stack. */
const ONE_REPLICA = "--min-replicas-deployment=1";

function kubeScore(file: string): Promise<string> {
  const [major = "", minor = ""] = versions.kubernetes.split(".");
  return objections(inject("scanners")["kube-score"], [
    "score",
    "--exit-one-on-warning",
    "--color=never",
    "--output-format=human",
    `--kubernetes-version=v${major}.${minor}`,
    NO_CPU_LIMIT,
    ONE_REPLICA,
    ...OPTIONAL.map((rule) => `--enable-optional-test=${rule}`),
    ...Object.keys(EXEMPT).map((rule) => `--ignore-test=${rule}`),
    file,
  ]);
}

test.for(MANIFEST_CASES)("kube-score finds nothing in $name", async ({ expected }) => {
  expect(await kubeScore(expected)).toBe("");
});

test("kube-score objects to a privileged container", async () => {
  expect(await kubeScore(BAD)).toContain("The container is privileged");
});
