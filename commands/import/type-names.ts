import { processType } from "../../components/procfile/procfile.ts";
import { WEB } from "../../components/plan/process-plan.ts";

/** Something that is to be a process type. */
export interface Candidate {
  readonly name: string;
  /** Whether requests from outside reach it. */
  readonly isExposed: boolean;
}

/**
 * The process types that names of another platform become. The one that is reached from outside is
 * `web`, where that is one and none is called so; the others keep their names.
 *
 * @returns undefined for a name of which nothing is left, or that is another one's already
 */
export function typeNames(candidates: readonly Candidate[]): (string | undefined)[] {
  const names = candidates.map(({ name }) => label(name));
  const exposed = candidates.filter(({ isExposed }) => isExposed);
  const isOnly = exposed.length === 1 && !names.includes(WEB);
  const types = candidates.map((candidate, index) =>
    isOnly && candidate === exposed[0] ? WEB : names[index],
  );
  return types.map((type, index) =>
    type === "" || types.indexOf(type) < index ? undefined : type,
  );
}

function label(name: string): string {
  return processType(name)
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
}

/** Names without what all of them begin with: `shop-web` and `shop-worker` are `web` and `worker`. */
export function withoutCommonPrefix(names: readonly string[]): string[] {
  const [first = "", ...others] = names;
  const parts = first.split("-");
  const isShared = (length: number) => {
    const prefix = `${parts.slice(0, length).join("-")}-`;
    return others.every((name) => name.startsWith(prefix) && name.length > prefix.length);
  };
  let shared = 0;
  while (others.length > 0 && shared + 1 < parts.length && isShared(shared + 1)) shared += 1;
  return names.map((name) => name.split("-").slice(shared).join("-"));
}
