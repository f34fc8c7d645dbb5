import type { ToolSet } from "./catalogue.ts";

/** The version that the Go module in `toolchain/` pins too. */
const version = "4.1.4";

const helm: ToolSet = {
  name: "helm",
  version,
  files: ["helm"],
  // Version 3 waits in another way.
  onPath: { versionArguments: () => ["version"], from: "4.0.0", below: "5.0.0" },
  releases: ({ os, arch }, hosts) => {
    const file = `helm-v${version}-${os}-${arch}.tar.gz`;
    const checksum = { url: `${hosts.helm}/${file}.sha256sum`, whenMissing: "refuse" } as const;
    return [{ url: `${hosts.helm}/${file}`, checksum, kind: "archive", file }];
  },
  build: {
    packages: ["helm.sh/helm/v4/cmd/helm"],
    linkerFlags: `-X helm.sh/helm/v4/internal/version.version=v${version}`,
  },
  manual: "https://helm.sh/docs/intro/install/",
};

/** What people would use instead, for `npm run bench -- speed`; `npm start` needs none of it. */
export const peerSets = { helm } as const;
