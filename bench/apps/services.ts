import { list, type RealCluster } from "../nodes/cluster.ts";
import { SERVICES_IMAGE } from "./images.ts";

const NAMESPACE = "services";

/** What an app's stack says of a service that is there already. */
export interface Attached {
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
}

const ATTACHED = {
  redis: { env: { REDIS_URL: `redis://redis.${NAMESPACE}:6379/0` }, port: 6379 },
  postgres: {
    env: { DATABASE_URL: `postgres://postgres@postgres.${NAMESPACE}:5432/postgres` },
    port: 5432,
  },
} satisfies Record<string, Attached>;
export type ServiceName = keyof typeof ATTACHED;

const REDIS = "exec redis-server --bind 0.0.0.0 --protected-mode no --save '' --dir /tmp";
const POSTGRES = `set -e
bin=$(echo /usr/lib/postgresql/*/bin)
mkdir /tmp/data && chown postgres /tmp/data
su postgres -c "$bin/initdb --auth=trust --pgdata=/tmp/data"
echo "host all all all trust" >>/tmp/data/pg_hba.conf
exec su postgres -c "exec $bin/postgres -D /tmp/data -k /tmp -h 0.0.0.0"`;
const COMMANDS: Readonly<Record<ServiceName, string>> = { redis: REDIS, postgres: POSTGRES };

/** Keys of `dash-scale:app` that name the service. */
export function attachedTo(name: ServiceName): Readonly<Record<string, unknown>> {
  const { env, port } = ATTACHED[name];
  return { env, network: { to: [{ namespace: NAMESPACE, port }] } };
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
  const { port } = ATTACHED[name];
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
