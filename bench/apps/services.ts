import { list, type RealCluster } from "../nodes/cluster.ts";
import type { StackConfig } from "../nodes/stack.ts";
import { SERVICES_IMAGE } from "./images.ts";

/** Of the Secret that is made for an app. */
const KEY = "uri";

const NAMESPACE = "services";
/** In a URL as it is, so that nothing of it has to be written otherwise. */
const PASSWORD = "of-the-bench";

/** A service that is there already, and what the Secret says of it that is made for an app. */
interface Service {
  readonly variable: string;
  readonly url: string;
  readonly port: number;
}

const SERVICES = {
  redis: {
    variable: "REDIS_URL",
    url: `redis://:${PASSWORD}@redis.${NAMESPACE}:6379/0`,
    port: 6379,
  },
  postgres: {
    variable: "DATABASE_URL",
    url: `postgres://postgres@postgres.${NAMESPACE}:5432/postgres`,
    port: 5432,
  },
} satisfies Record<string, Service>;
export type ServiceName = keyof typeof SERVICES;

const REDIS = `exec redis-server --bind 0.0.0.0 --requirepass ${PASSWORD} --save '' --dir /tmp`;
const POSTGRES = `set -e
bin=$(echo /usr/lib/postgresql/*/bin)
mkdir /tmp/data && chown postgres /tmp/data
su postgres -c "$bin/initdb --auth=trust --pgdata=/tmp/data"
echo "host all all all trust" >>/tmp/data/pg_hba.conf
exec su postgres -c "exec $bin/postgres -D /tmp/data -k /tmp -h 0.0.0.0"`;
const COMMANDS: Readonly<Record<ServiceName, string>> = { redis: REDIS, postgres: POSTGRES };

/** What a stack says of a service: the Secret that its team made by hand. */
export function boundTo(name: ServiceName): StackConfig {
  const { variable, port } = SERVICES[name];
  const service = { secret: name, env: { [variable]: KEY }, to: { namespace: NAMESPACE, port } };
  return { "dash-scale:services": { [name]: service } };
}

/** Makes an app's namespace, and the Secret in it. */
export async function makeSecret(
  { kubectl }: RealCluster,
  name: ServiceName,
  app: string,
): Promise<void> {
  const { url } = SERVICES[name];
  await kubectl(["create", "namespace", app]);
  const secret = ["secret", "generic", name, `--from-literal=${KEY}=${url}`];
  await kubectl(["-n", app, "create", ...secret]);
}

/**
 * Removes the Secret with the namespace that was made for an app, whose destroy has left both.
 *
 * @throws Error when the Secret is not there
 */
export async function removeSecret(
  { kubectl }: RealCluster,
  name: ServiceName,
  app: string,
): Promise<void> {
  await kubectl(["-n", app, "get", "secret", name]);
  await kubectl(["delete", "namespace", app]);
}

/** Runs a service in the cluster, empty, until its port is open. */
export async function startService({ kubectl }: RealCluster, name: ServiceName): Promise<void> {
  await kubectl(["apply", "-f", "-"], list(objects(name)));
  const status = ["rollout", "status", "deployment", name, "--timeout=120s"];
  await kubectl(["-n", NAMESPACE, ...status]);
}

function objects(name: ServiceName): object[] {
  const metadata = { name, namespace: NAMESPACE };
  const labels = { app: name };
  const { port } = SERVICES[name];
  const container = {
    name,
    image: SERVICES_IMAGE,
    command: ["/bin/sh", "-c", COMMANDS[name]],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 2 },
  };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ port }] } },
  ];
}
