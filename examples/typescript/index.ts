import { Config } from "@pulumi/pulumi";
import { withPreflight } from "dash-scale";

const config = new Config();

const { outputs } = await withPreflight("shop", {
  image: config.require("image"),
  procfile: { text: "web: gunicorn index:server --workers 2\nworker: celery -A tasks worker\n" },
  framework: "dash",
  proxy: "haproxy",
  env: { LOG_LEVEL: "info" },
  secrets: { SECRET_KEY: config.requireSecret("secretKey") },
  scale: { web: config.getNumber("web") ?? 2, worker: { replicas: 1, memory: "1Gi" } },
  guards: { maxPods: 20, scaleDown: "confirm" },
});

// What the next change is compared with.
export const shop = outputs;
