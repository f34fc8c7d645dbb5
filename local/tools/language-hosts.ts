import { pulumi, type ToolSet } from "./catalogue.ts";

/** The version that the Go module in `toolchain/` pins too. */
const VERSION = "1.25.0";

/**
 * Pulumi's language host for YAML, for tests of the component. Where Pulumi's own release is
 * available, the host is part of that.
 */
export const yamlHost: ToolSet = {
  name: "pulumi-yaml",
  version: VERSION,
  files: ["pulumi-language-yaml"],
  releases: pulumi.releases,
  build: {
    packages: ["github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"],
    linkerFlags: `-X github.com/pulumi/pulumi-yaml/pkg/version.Version=v${VERSION}`,
  },
  manual: pulumi.manual,
};

/** Pulumi's generator of SDKs for Python, without its language host. */
export const pythonSdkGenerator: ToolSet = {
  name: "python-sdk",
  version: pulumi.version,
  files: ["python-sdk"],
  releases: () => [],
  build: { module: pulumi.name, packages: ["./python-sdk"], linkerFlags: "" },
  manual: "https://go.dev/dl/",
};
