import type { ToolSet } from "./catalogue.ts";

/** The version that the Go module in `toolchain/` pins too. */
const version = "2.18.1";

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
  version,
  files: ["operator", "adapter", ...kedaDefinitions],
  releases: () => [],
  build: {
    packages: ["operator", "adapter"].map((it) => `github.com/kedacore/keda/v2/cmd/${it}`),
    linkerFlags: `-X github.com/kedacore/keda/v2/version.Version=${version}`,
    moduleFiles: {
      path: "github.com/kedacore/keda/v2",
      files: kedaDefinitions.map((name) => `config/crd/bases/${name}`),
    },
  },
  manual: "https://keda.sh/docs/latest/deploy/",
};

/** What the tests of autoscaling run; `npm start` needs none of it. */
export const autoscalerSets = { keda } as const;
