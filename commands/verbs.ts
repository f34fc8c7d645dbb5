import { hasLocal, loadLocal } from "./local.ts";
import type { VerbGroup } from "./verb.ts";

/** Every verb of `dash-scale`. */
export const VERBS: VerbGroup = {
  about: "Runs an app with a Procfile on Kubernetes, and scales it.",
  verbs: {
    init: {
      summary: "writes a Pulumi project for the app in this folder",
      load: async () => (await import("./init.ts")).init,
    },
    import: {
      summary: "writes a stack file from what Heroku, Dokku, Compose or Kubernetes say of an app",
      load: async () => (await import("./import.ts")).importing,
    },
    check: {
      summary: "checks a stack as `pulumi preview` does, without a cluster",
      load: async () => (await import("./check.ts")).check,
    },
    render: {
      summary: "prints every Kubernetes object that a stack declares",
      load: async () => (await import("./render.ts")).render,
    },
    scale: {
      summary: "shows the scale of a stack, or changes it",
      load: async () => (await import("./scale.ts")).scale,
    },
    page: {
      summary: "serves a page on which the stacks are scaled, for this machine's browser",
      load: async () => (await import("./page.ts")).page,
    },
    status: {
      summary: "shows what a stack wants, what was applied, and what runs where",
      load: async () => (await import("./status.ts")).status,
    },
    history: {
      summary: "lists the updates of a stack: who changed the scale, when, to what",
      load: async () => (await import("./history.ts")).history,
    },
    drift: {
      summary: "reports what somebody has changed by hand in the cluster",
      load: async () => (await import("./drift.ts")).drift,
    },
    ...(hasLocal() && {
      local: {
        summary: "runs a stack on a cluster on this machine",
        load: async () => (await loadLocal()).verbs,
      },
    }),
  },
};
