import { APP } from "./app.ts";
import { map } from "./field.ts";
import { CLUSTER, CONFIRM, GUARDS } from "./guards.ts";
import { PRICES } from "./prices.ts";
import { PROCESSES } from "./processes.ts";
import { SCALE } from "./scale.ts";
import { SERVICES } from "./services.ts";
import { SECRETS } from "./variables.ts";

/** What comes before the keys of this program in a stack file. */
export const PREFIX = "dash-scale:";

/** Every key of a stack file that is this program's. */
export const STACK = map({
  help: "What an app runs as: the `dash-scale:` keys of a stack file.",
  expected: "",
  typeName: "StackArgs",
  fields: {
    app: APP,
    scale: SCALE,
    processes: PROCESSES,
    secrets: SECRETS,
    services: SERVICES,
    guards: GUARDS,
    confirm: CONFIRM,
    cluster: CLUSTER,
    prices: PRICES,
  },
});
