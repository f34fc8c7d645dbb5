import { versions as common } from "../versions.ts";
import { githubSums, kubernetesWays, type ToolSet } from "./catalogue.ts";

/** The versions that the Go modules in `toolchain/` pin too. */
const versions = {
  coredns: "1.14.7",
  // Later ones have a part that is not to be had as a Go module.
  traefik: "3.6.12",
} as const;

const nodePrograms = ["kubelet", "kube-proxy"] as const;

const kubernetesNode: ToolSet = {
  name: "kubernetes-node",
  version: common.kubernetes,
  files: nodePrograms,
  // A node may be older than its control plane by three minor versions, and never newer.
  onPath: { versionArguments: () => ["--version"], from: "1.31.0", below: "1.35.0" },
  ...kubernetesWays(nodePrograms),
  manual: "https://kubernetes.io/releases/download/",
};

const coredns: ToolSet = {
  name: "coredns",
  version: versions.coredns,
  files: ["coredns"],
  onPath: { versionArguments: () => ["-version"], from: "1.11.0", below: "2.0.0" },
  releases: ({ os, arch }, hosts) => {
    const folder = `coredns/coredns/releases/download/v${versions.coredns}`;
    const file = `coredns_${versions.coredns}_${os}_${arch}.tgz`;
    const checksum = githubSums(hosts, `${folder}/${file}.sha256`);
    return [{ url: `${hosts.github}/${folder}/${file}`, checksum, kind: "archive", file }];
  },
  build: { packages: ["github.com/coredns/coredns"], linkerFlags: "" },
  manual: "https://coredns.io/manual/toc/#installation",
};

const traefik: ToolSet = {
  name: "traefik",
  version: versions.traefik,
  files: ["traefik"],
  onPath: { versionArguments: () => ["version"], from: "3.5.0", below: "4.0.0" },
  releases: ({ os, arch }, hosts) => {
    const folder = `traefik/traefik/releases/download/v${versions.traefik}`;
    const file = `traefik_v${versions.traefik}_${os}_${arch}.tar.gz`;
    const checksum = githubSums(hosts, `${folder}/traefik_v${versions.traefik}_checksums.txt`);
    return [{ url: `${hosts.github}/${folder}/${file}`, checksum, kind: "archive", file }];
  },
  build: {
    packages: ["github.com/traefik/traefik/v3/cmd/traefik"],
    linkerFlags: `-X github.com/traefik/traefik/v3/pkg/version.Version=${versions.traefik}`,
  },
  manual: "https://doc.traefik.io/traefik/setup/",
};

/**
 * What real nodes run, and what runs on them, for `npm run bench -- pods`; `npm start` needs none
 * of it.
 */
export const nodeSets = { kubernetesNode, coredns, traefik } as const;
