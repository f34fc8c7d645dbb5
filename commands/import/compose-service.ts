import { shownName } from "./facts.ts";
import type { Facts } from "./facts.ts";
import type { Json } from "./json.ts";

/** Memory and CPU of a service: what it is limited to, and what is kept free for it. */
export function readResources(facts: Facts, type: string, json: Json): void {
  const [limits, reservations] = ["limits", "reservations"].map((key) =>
    json.field("deploy", "resources", key),
  );
  const memory = firstGiven([
    limits?.field("memory"),
    json.field("mem_limit"),
    reservations?.field("memory"),
    json.field("mem_reservation"),
  ]);
  if (memory)
    facts.of(type).set(memory.location, ["scale", "memory"], quantityOf(memory.plain ?? ""));
  const reserved = firstGiven([reservations?.field("cpus")]);
  const cpu = reserved ?? firstGiven([limits?.field("cpus"), json.field("cpus")]);
  const why = reserved ? undefined : "a limit there, and what a replica has for sure here";
  if (cpu) facts.of(type).set(cpu.location, ["scale", "cpu"], millicores(cpu.plain ?? ""), why);
}

function firstGiven(values: readonly (Json | undefined)[]): Json | undefined {
  return values.find((it) => it?.isGiven === true && it.plain !== "0");
}

/** Bytes as a Kubernetes quantity, in Mi where that is exact. */
function quantityOf(bytes: string): string {
  const mebibytes = Number(bytes) / 1024 ** 2;
  if (!Number.isInteger(mebibytes) || mebibytes === 0) return bytes;
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

function millicores(cores: string): string {
  const milli = Math.round(Number(cores) * 1000);
  if (!Number.isFinite(milli)) return cores;
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

const URL_OF_ITSELF =
  /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?(\/[^\s"'|;&)]*)?/;

/** A check of health: the path where it asks the container itself by HTTP, else its command. */
export function readHealthcheck(facts: Facts, type: string, check: Json): void {
  if (!check.isGiven) return;
  const test = check.field("test");
  const [kind = "", ...words] = test.items.map(({ text = "" }) => text.replaceAll("$$", "$"));
  const what = `the health check of ${shownName(type)}`;
  if (check.field("disable").scalar === true || kind === "NONE")
    return facts.left(check.location, what, "is off there; dash-scale:processes.TYPE.health: off");
  const [, port, path] = URL_OF_ITSELF.exec(words.join(" ")) ?? [];
  const health = ["processes", "health"];
  if (path !== undefined) {
    facts.of(type).set(test.location, [...health, "path"], path, "asked by a command there");
    if (port !== undefined)
      facts.of(type).set(test.location, [...health, "port"], Number(port), "asked there");
  } else if (words.length > 0) {
    const command = kind === "CMD-SHELL" ? ["sh", "-c", ...words] : words;
    facts.of(type).set(test.location, [...health, "exec"], command);
  }
  return facts.leftOthers(check, ["test", "disable"], {
    prefix: `${shownName(type)}.healthcheck.`,
    why: "stays dash-scale's own, so that a replica with a slow request is not taken for hung",
  });
}
