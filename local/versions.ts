/**
 * Every version that `npm start` finds, downloads or builds. The Go modules in `toolchain/` pin the
 * same ones.
 */
export const versions = {
  pulumi: "3.259.0",
  kubernetes: "1.34.4",
  etcd: "3.6.8",
  kwok: "0.7.0",
  /** Pulumi's Kubernetes plugin: the version of `@pulumi/kubernetes` in package.json. */
  pulumiKubernetes: "4.34.2",
} as const;

/** Where the official releases are. The tests put a server on loopback in their place. */
export interface DownloadHosts {
  /** Pulumi's releases and plugins. */
  readonly pulumi: string;
  /** Kubernetes' release binaries. */
  readonly kubernetes: string;
  /** Releases on GitHub: etcd, KWOK, and Pulumi's checksums. */
  readonly github: string;
  /** Helm's releases. */
  readonly helm: string;
}

export const officialHosts: DownloadHosts = {
  pulumi: "https://get.pulumi.com",
  kubernetes: "https://dl.k8s.io",
  github: "https://github.com",
  helm: "https://get.helm.sh",
};
