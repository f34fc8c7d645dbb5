import { access } from "node:fs/promises";
import { CommandError } from "../../commands/system/errors.ts";
import { mustRun } from "../../commands/system/children.ts";
import type { Reporter } from "../../local/system/progress.ts";
import { onPath } from "../../local/tools/on-path.ts";

/** Debian package -> a file of it, or the name of a program. */
const NEEDED: Readonly<Record<string, string>> = {
  containerd: "containerd",
  runc: "/usr/sbin/runc",
  "containernetworking-plugins": "/usr/lib/cni/bridge",
  debootstrap: "/usr/sbin/debootstrap",
  catatonit: "/usr/bin/catatonit",
  iptables: "/usr/sbin/iptables",
  iproute2: "/usr/sbin/ip",
  "util-linux": "nsenter",
  "python3-pip": "pip3",
};

/**
 * Installs the Debian packages that are not there.
 *
 * @throws CommandError on a machine that is not for this lane
 */
export async function ensurePackages(report: Reporter, signal: AbortSignal): Promise<void> {
  await mustBeFit();
  const missing: string[] = [];
  for (const [name, file] of Object.entries(NEEDED)) {
    if (!(await isThere(file))) missing.push(name);
  }
  if (missing.length === 0) return;
  report.say(`Debian packages: installing ${missing.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await mustRun("apt-get", ["update", "-qq"], { signal, env });
  const install = ["install", "--yes", "--no-install-recommends", ...missing];
  await mustRun("apt-get", install, { signal, env });
}

async function mustBeFit(): Promise<void> {
  const isDebian = (await onPath("apt-get")) !== undefined;
  if (process.platform === "linux" && isDebian && process.getuid?.() === 0) return;
  throw new CommandError(
    "This lane runs containers as Kubernetes does: it needs Linux, Debian (or Ubuntu) and root, and a machine on which " +
      "containerd, bridges and network namespaces may come and go. A virtual machine that is thrown away is best.",
  );
}

async function isThere(file: string): Promise<boolean> {
  if (!file.startsWith("/")) return (await onPath(file)) !== undefined;
  return access(file).then(
    () => true,
    () => false,
  );
}
