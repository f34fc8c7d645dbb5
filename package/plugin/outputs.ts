import type { Inputs } from "@pulumi/pulumi";
import type { AppPlan } from "../../components/plan/app-plan.ts";
import type { AppOutputs } from "../../infra/outputs.ts";

/**
 * What the component gives to programs: the properties of `App` in app.ts.
 *
 * @param plan what the app was declared from
 */
export function componentOutputs(plan: AppPlan, outputs: AppOutputs): Inputs {
  const { settings, processes, traffic } = plan;
  const { namespace } = settings;
  const { basePath, exposure } = settings.traffic;
  return {
    namespace,
    deployments: Object.fromEntries(processes.map(({ type, name }) => [type, name])),
    totals: outputs.totals,
    outputs: { ...outputs },
    ...(traffic && { serviceUrl: `http://${traffic.service}.${namespace}.svc${basePath}` }),
    ...(traffic && exposure && { host: exposure.host }),
  };
}
