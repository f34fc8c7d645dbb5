import type { ToolSet } from "./catalogue.ts";

/** The versions that the Go modules in `toolchain/` pin too. */
const versions = { keda: "2.18.1", metricsServer: "0.8.0" } as const;

/** What KEDA's operator watches, and does not start without. */
export const kedaDefinitions = [
  "eventing.keda.sh_cloudeventsources.yaml",
  "eventing.keda.sh_clustercloudeventsources.yaml",
  "keda.sh_clustertriggerauthentications.yaml",
  "keda.sh_scaledjobs.yaml",
  "keda.sh_scaledobjects.yaml",
  "keda.sh_triggerauthentications.yaml",
] as const;

/**
 * KEDA's operator and metrics server, with its definitions of custom resources. KEDA publishes
 * images and no programs.
 */
const keda: ToolSet = {
  name: "keda",
  version: versions.keda,
  files: ["operator", "adapter", ...kedaDefinitions],
  releases: () => [],
  build: {
    packages: ["operator", "adapter"].map((it) => `github.com/kedacore/keda/v2/cmd/${it}`),
    linkerFlags: `-X github.com/kedacore/keda/v2/version.Version=${versions.keda}`,
    moduleFiles: {
      path: "github.com/kedacore/keda/v2",
      files: kedaDefinitions.map((name) => `config/crd/bases/${name}`),
    },
  },
  manual: "https://keda.sh/docs/latest/deploy/",
};

/** Measures what pods use, for Kubernetes' own autoscaler. Its releases are images and no programs. */
const metricsServer: ToolSet = {
  name: "metrics-server",
  version: versions.metricsServer,
  files: ["metrics-server"],
  releases: () => [],
  build: {
    packages: ["sigs.k8s.io/metrics-server/cmd/metrics-server"],
    linkerFlags: `-X k8s.io/client-go/pkg/version.gitVersion=v${versions.metricsServer}`,
  },
  manual: "https://github.com/kubernetes-sigs/metrics-server#installation",
};

/** What tests and lanes of autoscaling run; `npm start` needs none of it. */
export const autoscalerSets = { keda, metricsServer } as const;
