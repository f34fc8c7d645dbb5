import { getProject } from "@pulumi/pulumi";
import { App } from "../components/app.ts";
import { stackConfig } from "./config.ts";

const app = new App(getProject(), stackConfig());

/**
 * `processes`: what each process type comes to: Deployment, replicas, workers, threads, concurrency, memory, CPU, surge pods.
 * `queue`: the same of the queue in front of `web`, where there is one.
 * `totals`: what the whole app comes to: pods, CPU, memory, concurrency, surge pods.
 */
export const { processes, queue, totals } = app.cost;
