import { githubSums, type ToolSet } from "./catalogue.ts";

/** The versions that the Go modules in `toolchain/` pin too. */
const versions = {
  helm: "4.1.4",
  opentofu: "1.10.10",
  kubectlProvider: "1.19.0",
} as const;

const helm: ToolSet = {
  name: "helm",
  version: versions.helm,
  files: ["helm"],
  // Version 3 waits in another way.
  onPath: { versionArguments: () => ["version"], from: "4.0.0", below: "5.0.0" },
  releases: ({ os, arch }, hosts) => {
    const file = `helm-v${versions.helm}-${os}-${arch}.tar.gz`;
    const checksum = { url: `${hosts.helm}/${file}.sha256sum`, whenMissing: "refuse" } as const;
    return [{ url: `${hosts.helm}/${file}`, checksum, kind: "archive", file }];
  },
  build: {
    packages: ["helm.sh/helm/v4/cmd/helm"],
    linkerFlags: `-X helm.sh/helm/v4/internal/version.version=v${versions.helm}`,
  },
  manual: "https://helm.sh/docs/intro/install/",
};

const opentofu: ToolSet = {
  name: "opentofu",
  version: versions.opentofu,
  files: ["tofu"],
  onPath: { versionArguments: () => ["version"], from: "1.8.0", below: "2.0.0" },
  releases: ({ os, arch }, hosts) => {
    const folder = `opentofu/opentofu/releases/download/v${versions.opentofu}`;
    const file = `tofu_${versions.opentofu}_${os}_${arch}.tar.gz`;
    const checksum = githubSums(hosts, `${folder}/tofu_${versions.opentofu}_SHA256SUMS`);
    return [{ url: `${hosts.github}/${folder}/${file}`, checksum, kind: "archive", file }];
  },
  build: {
    packages: ["github.com/opentofu/opentofu/cmd/tofu"],
    linkerFlags: `-X github.com/opentofu/opentofu/version.dev=no`,
  },
  manual: "https://opentofu.org/docs/intro/install/",
};

const kubectlProvider: ToolSet = {
  name: "terraform-provider-kubectl",
  version: versions.kubectlProvider,
  files: [`terraform-provider-kubectl_v${versions.kubectlProvider}`],
  releases: ({ os, arch }, hosts) => {
    const { kubectlProvider: version } = versions;
    const folder = `gavinbunney/terraform-provider-kubectl/releases/download/v${version}`;
    const file = `terraform-provider-kubectl_${version}_${os}_${arch}.zip`;
    const sums = `terraform-provider-kubectl_${version}_SHA256SUMS`;
    const checksum = githubSums(hosts, `${folder}/${sums}`);
    return [{ url: `${hosts.github}/${folder}/${file}`, checksum, kind: "archive", file }];
  },
  build: { packages: ["github.com/gavinbunney/terraform-provider-kubectl"], linkerFlags: "" },
  manual: "https://github.com/gavinbunney/terraform-provider-kubectl#installation",
};

/** What people would use instead, for `npm run bench -- speed`; `npm start` needs none of it. */
export const peerSets = { helm, opentofu, kubectlProvider } as const;
