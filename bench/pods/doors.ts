import { APP, APP_HOST, type AppProject, type Wanted } from "./project.ts";
import type { Target } from "./requests.ts";
import { installTraefik, TRAEFIK } from "./traefik.ts";

/** A way in that the program declares, and that the client goes. */
export interface Door {
  readonly name: DoorName;
  readonly title: string;
  /** Keys of `dash-scale:app`. */
  readonly app: NonNullable<Wanted["app"]>;
  /** Installs what acts on what is declared, where that is not Kubernetes itself. */
  readonly prepare: (project: AppProject) => Promise<void>;
  readonly target: (project: AppProject) => Promise<Target>;
}

export const DOOR_NAMES = ["service", "queue", "traefik", "traefik-queue"] as const;
export type DoorName = (typeof DOOR_NAMES)[number];

const SERVICE_PORT = 80;
const nothing = async () => undefined;

async function byService(project: AppProject): Promise<Target> {
  return { address: await project.address(), port: SERVICE_PORT, host: APP };
}

async function byTraefik(project: AppProject): Promise<Target> {
  const address = await project.address(TRAEFIK, TRAEFIK);
  return { address, port: SERVICE_PORT, host: APP_HOST };
}

const ingress = { host: APP_HOST, ingress: { className: TRAEFIK, controller: TRAEFIK } };
const traefik = {
  prepare: ({ cluster }: AppProject) => installTraefik(cluster),
  target: byTraefik,
};

const DOORS: Readonly<Record<DoorName, Omit<Door, "name">>> = {
  service: {
    title: "a plain Service (control)",
    app: {},
    prepare: nothing,
    target: byService,
  },
  queue: {
    title: "`front: queue`",
    app: { proxy: "haproxy" },
    prepare: nothing,
    target: byService,
  },
  traefik: { title: "Ingress, `controller: traefik`", app: ingress, ...traefik },
  "traefik-queue": {
    title: "Ingress, `controller: traefik`, and `front: queue`",
    app: { ...ingress, proxy: "haproxy" },
    ...traefik,
  },
};

/** A door by its name. */
export function door(name: DoorName): Door {
  return { name, ...DOORS[name] };
}
