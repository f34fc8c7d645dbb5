import { getProject } from "@pulumi/pulumi";
import { App } from "../components/app.ts";
import { stackConfig } from "./config.ts";

const app = new App(getProject(), stackConfig());

/** What each process type comes to: Deployment, replicas, workers, threads, concurrency, memory, CPU. */
export const processes = app.summaries;
/** What the whole app comes to: pods, CPU, memory, concurrency, surge pods. */
export const totals = app.totals;
