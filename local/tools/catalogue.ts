import { officialHosts, versions, type DownloadHosts } from "../versions.ts";

type ToolSetName =
  | "pulumi"
  | "kubernetes"
  | "etcd"
  | "kwok"
  | "pulumi-kubernetes"
  | "kubeconform"
  | "kube-score"
  | "trivy"
  | "kubernetes-node"
  | "coredns"
  | "traefik"
  | "helm"
  | "pulumi-yaml"
  | "python-sdk"
  | "keda"
  | "metrics-server";

/** Programs that are released together, and so found, downloaded or built together. */
export interface ToolSet {
  readonly name: ToolSetName;
  readonly version: string;
  /** The files that make the set whole. */
  readonly files: readonly string[];
  /** How the set may be found on PATH; undefined where a program on PATH is of no use. */
  readonly onPath?: OnPath;
  /** The official downloads that together make the set; none where it is only built. */
  readonly releases: (platform: Platform, hosts: DownloadHosts) => Release[];
  /**
   * How the set is built from its Go module in `local/toolchain/`; undefined where it cannot be.
   */
  readonly build?: GoBuild;
  /** Where a person finds how to install it by hand. */
  readonly manual: string;
}

export interface OnPath {
  /** What makes a program print its version. */
  readonly versionArguments: (program: string) => readonly string[];
  /** The lowest version that will do, and the first that will not. */
  readonly from: string;
  readonly below: string;
}

export interface Release {
  readonly url: string;
  readonly checksum?: Checksum;
  /**
   * A program as it is, an archive to unpack (less the one folder all is in), or a file to keep as
   * it is.
   */
  readonly kind: "program" | "archive" | "file";
  /** What the file is called in the set. */
  readonly file: string;
}

/** A published list of SHA-256 sums, or a single one. */
export interface Checksum {
  readonly url: string;
  /** Whether the file is refused or taken when the host has no such list. */
  readonly whenMissing: "refuse" | "accept";
}

export interface GoBuild {
  /** The folder of the Go module in `local/toolchain/`; default: the set's name. */
  readonly module?: string;
  readonly packages: readonly string[];
  readonly linkerFlags: string;
  /** Files of a Go module that belong to the set beside its programs. */
  readonly moduleFiles?: { readonly path: string; readonly files: readonly string[] };
}

export interface Platform {
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
}

/** The platform of this machine as release files name it; undefined where there are none for it. */
export function thisPlatform(): Platform | undefined {
  const os = process.platform;
  const arch = { x64: "amd64", arm64: "arm64" } as const;
  if (os !== "linux" && os !== "darwin") return undefined;
  if (process.arch !== "x64" && process.arch !== "arm64") return undefined;
  return { os, arch: arch[process.arch] };
}

/** The file of Pulumi's Kubernetes plugin, as `pulumi plugin install --file` takes it. */
export const kubernetesPluginArchive = "pulumi-resource-kubernetes.tar.gz";

export const pulumi: ToolSet = {
  name: "pulumi",
  version: versions.pulumi,
  files: ["pulumi"],
  onPath: { versionArguments: () => ["version"], from: "3.246.0", below: "4.0.0" },
  releases: ({ os, arch }, hosts) => {
    const file = `pulumi-v${versions.pulumi}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`;
    const sums = `pulumi-${versions.pulumi}-checksums.txt`;
    return [
      {
        url: `${hosts.pulumi}/releases/sdk/${file}`,
        checksum: githubSums(hosts, `pulumi/pulumi/releases/download/v${versions.pulumi}/${sums}`),
        kind: "archive",
        file,
      },
    ];
  },
  build: {
    packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    linkerFlags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi}`,
  },
  manual: "https://www.pulumi.com/docs/install/",
};

const kubernetesPrograms = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubectl",
] as const;

const kubernetes: ToolSet = {
  name: "kubernetes",
  version: versions.kubernetes,
  files: kubernetesPrograms,
  onPath: {
    versionArguments: (program) =>
      program === "kubectl" ? ["version", "--client"] : ["--version"],
    from: "1.31.0",
    below: "2.0.0",
  },
  ...kubernetesWays(kubernetesPrograms),
  manual: "https://kubernetes.io/releases/download/",
};

const etcd: ToolSet = {
  name: "etcd",
  version: versions.etcd,
  files: ["etcd"],
  onPath: { versionArguments: () => ["--version"], from: "3.5.0", below: "4.0.0" },
  releases: ({ os, arch }, hosts) => {
    const folder = `etcd-io/etcd/releases/download/v${versions.etcd}`;
    const file = `etcd-v${versions.etcd}-${os}-${arch}.${os === "darwin" ? "zip" : "tar.gz"}`;
    const checksum = githubSums(hosts, `${folder}/SHA256SUMS`);
    return [{ url: `${hosts.github}/${folder}/${file}`, checksum, kind: "archive", file }];
  },
  build: { packages: ["go.etcd.io/etcd/server/v3"], linkerFlags: "" },
  manual: "https://etcd.io/docs/latest/install/",
};

const kwok: ToolSet = {
  name: "kwok",
  version: versions.kwok,
  files: ["kwok", "kwokctl"],
  onPath: { versionArguments: () => ["--version"], from: "0.7.0", below: "0.8.0" },
  // KWOK publishes no checksums beside its programs.
  releases: ({ os, arch }, hosts) =>
    ["kwok", "kwokctl"].map((program) => ({
      url: `${hosts.github}/kubernetes-sigs/kwok/releases/download/v${versions.kwok}/${program}-${os}-${arch}`,
      kind: "program",
      file: program,
    })),
  build: {
    packages: ["sigs.k8s.io/kwok/cmd/kwok", "sigs.k8s.io/kwok/cmd/kwokctl"],
    linkerFlags: "",
  },
  manual: "https://kwok.sigs.k8s.io/docs/user/installation/",
};

/** What `npm start` needs besides Node.js. */
export const toolSets = { pulumi, kubernetes, etcd, kwok } as const;

/** Pulumi's Kubernetes plugin: not to be had as a Go module. */
export const kubernetesPlugin: ToolSet = {
  name: "pulumi-kubernetes",
  version: versions.pulumiKubernetes,
  files: [kubernetesPluginArchive],
  releases: ({ os, arch }, hosts) => {
    const file = `pulumi-resource-kubernetes-v${versions.pulumiKubernetes}-${os}-${arch}.tar.gz`;
    const sums = `pulumi-kubernetes_${versions.pulumiKubernetes}_checksums.txt`;
    const folder = `pulumi/pulumi-kubernetes/releases/download/v${versions.pulumiKubernetes}`;
    return [
      {
        url: `${hosts.pulumi}/releases/plugins/${file}`,
        checksum: { ...githubSums(hosts, `${folder}/${sums}`), whenMissing: "accept" },
        kind: "file",
        file: kubernetesPluginArchive,
      },
    ];
  },
  manual: "https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/",
};

/** The host that a set is downloaded from, for messages; undefined where nobody publishes it. */
export function hostOf(set: ToolSet, hosts: DownloadHosts = officialHosts): string | undefined {
  const [release] = set.releases(thisPlatform() ?? { os: "linux", arch: "amd64" }, hosts);
  return release && new URL(release.url).host;
}

/** The published list of checksums at a path on GitHub. */
export function githubSums(hosts: DownloadHosts, path: string): Checksum {
  return { url: `${hosts.github}/${path}`, whenMissing: "refuse" };
}

/** Programs of Kubernetes, released one by one and built from one module. */
export function kubernetesWays(
  programs: readonly string[],
): Required<Pick<ToolSet, "releases" | "build">> {
  return {
    releases: ({ os, arch }, hosts) =>
      programs.map((program) => {
        const url = `${hosts.kubernetes}/release/v${versions.kubernetes}/bin/${os}/${arch}/${program}`;
        const checksum = { url: `${url}.sha256`, whenMissing: "refuse" } as const;
        return { url, checksum, kind: "program", file: program };
      }),
    build: {
      module: "kubernetes",
      packages: programs.map((program) => `k8s.io/kubernetes/cmd/${program}`),
      linkerFlags: kubernetesVersionFlags(versions.kubernetes),
    },
  };
}

/** Without these a Kubernetes program takes itself for v0.0.0, which its peers refuse. */
function kubernetesVersionFlags(version: string): string {
  const [major = "", minor = ""] = version.split(".");
  const variable = "-X k8s.io/component-base/version";
  return [
    `${variable}.gitVersion=v${version}`,
    `${variable}.gitMajor=${major}`,
    `${variable}.gitMinor=${minor}`,
  ].join(" ");
}
