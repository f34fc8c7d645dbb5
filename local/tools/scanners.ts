import { githubSums, type GoBuild, type Platform, type ToolSet } from "./catalogue.ts";

/** The versions that the Go modules in `toolchain/` pin too. */
const versions = {
  kubeconform: "0.8.0",
  kubeScore: "1.20.0",
  // Later ones take their Go to be built with an experiment (encoding/json/v2).
  trivy: "0.65.0",
} as const;

const kubeconform: ToolSet = {
  name: "kubeconform",
  version: versions.kubeconform,
  files: ["kubeconform"],
  onPath: { versionArguments: () => ["-v"], from: "0.7.0", below: "0.9.0" },
  releases: ({ os, arch }, hosts) => {
    const folder = `yannh/kubeconform/releases/download/v${versions.kubeconform}`;
    const file = `kubeconform-${os}-${arch}.tar.gz`;
    const checksum = githubSums(hosts, `${folder}/CHECKSUMS`);
    return [{ url: `${hosts.github}/${folder}/${file}`, checksum, kind: "archive", file }];
  },
  build: goBuild("github.com/yannh/kubeconform/cmd/kubeconform", {
    "main.version": `v${versions.kubeconform}`,
  }),
  manual: "https://github.com/yannh/kubeconform#installation",
};

const kubeScore: ToolSet = {
  name: "kube-score",
  version: versions.kubeScore,
  files: ["kube-score"],
  // Another version has other rules.
  onPath: { versionArguments: () => ["version"], from: "1.20.0", below: "1.21.0" },
  releases: ({ os, arch }, hosts) => {
    const folder = `zegl/kube-score/releases/download/v${versions.kubeScore}`;
    const url = `${hosts.github}/${folder}/kube-score_${versions.kubeScore}_${os}_${arch}`;
    const checksum = githubSums(hosts, `${folder}/checksums.txt`);
    return [{ url, checksum, kind: "program", file: "kube-score" }];
  },
  build: goBuild("github.com/zegl/kube-score/cmd/kube-score", {
    "main.version": versions.kubeScore,
  }),
  manual: "https://github.com/zegl/kube-score#installation",
};

const trivy: ToolSet = {
  name: "trivy",
  version: versions.trivy,
  files: ["trivy"],
  // Another version has other rules.
  onPath: { versionArguments: () => ["--version"], from: "0.65.0", below: "0.66.0" },
  releases: (platform, hosts) => {
    const folder = `aquasecurity/trivy/releases/download/v${versions.trivy}`;
    const file = `trivy_${versions.trivy}_${trivyPlatform(platform)}.tar.gz`;
    const checksum = githubSums(hosts, `${folder}/trivy_${versions.trivy}_checksums.txt`);
    return [{ url: `${hosts.github}/${folder}/${file}`, checksum, kind: "archive", file }];
  },
  build: goBuild("github.com/aquasecurity/trivy/cmd/trivy", {
    "github.com/aquasecurity/trivy/pkg/version/app.ver": versions.trivy,
  }),
  manual: "https://trivy.dev/latest/getting-started/installation/",
};

/** What the tests judge rendered manifests with; `npm start` needs none of it. */
export const scannerSets = { kubeconform, "kube-score": kubeScore, trivy } as const;

/**
 * A program whose variables say what version it is: a build from a module does not know otherwise.
 */
function goBuild(program: string, variables: Readonly<Record<string, string>>): GoBuild {
  const flags = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  return { packages: [program], linkerFlags: flags.join(" ") };
}

function trivyPlatform({ os, arch }: Platform): string {
  const system = { linux: "Linux", darwin: "macOS" }[os];
  return `${system}-${arch === "amd64" ? "64bit" : "ARM64"}`;
}
