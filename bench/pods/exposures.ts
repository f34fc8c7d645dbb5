import { APP, APP_HOST, type AppProject, type Wanted } from "./project.ts";
import type { Target } from "../nodes/requests.ts";
import { installTraefik, TRAEFIK } from "./traefik.ts";

/** How `web` is exposed, and how the client gets there. */
export interface Exposure {
  readonly name: ExposureName;
  readonly title: string;
  /** Keys of `dash-scale:app`. */
  readonly app: NonNullable<Wanted["app"]>;
  /** Installs what acts on what is declared, where that is not Kubernetes itself. */
  readonly prepare: (project: AppProject) => Promise<void>;
  readonly target: (project: AppProject) => Promise<Target>;
}

export const EXPOSURE_NAMES = ["service", "proxy", "traefik", "traefik-proxy"] as const;
export type ExposureName = (typeof EXPOSURE_NAMES)[number];

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

const EXPOSURES: Readonly<Record<ExposureName, Omit<Exposure, "name">>> = {
  service: {
    title: "a plain Service (control)",
    app: {},
    prepare: nothing,
    target: byService,
  },
  proxy: {
    title: "`proxy: haproxy`",
    app: { proxy: "haproxy" },
    prepare: nothing,
    target: byService,
  },
  traefik: { title: "Ingress, `controller: traefik`", app: ingress, ...traefik },
  "traefik-proxy": {
    title: "Ingress, `controller: traefik`, and `proxy: haproxy`",
    app: { ...ingress, proxy: "haproxy" },
    ...traefik,
  },
};

/** An exposure by its name. */
export function exposure(name: ExposureName): Exposure {
  return { name, ...EXPOSURES[name] };
}
