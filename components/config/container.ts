import type { ConfigValue } from "./value.ts";
import { choice, list, refined, text, wholeNumber } from "./field.ts";
import { FOLDER } from "./formats.ts";

/** What an app may be said to be made with. */
export const FRAMEWORKS = ["dash", "other"] as const;

/**
 * What is said of the app's image, and what its container needs for that: part of `dash-scale:app`.
 */
export const CONTAINER_FIELDS = {
  framework: choice({
    help: "Whether the app is a Dash app, where neither its command nor the files beside the Procfile say so. Health is checked by a path of Dash's own only where it is.",
    otherwise: "what the commands and the files beside the Procfile say",
    words: FRAMEWORKS,
  }),
  writable: refined(
    list({
      help: "Folders that the app writes to, besides `/tmp` and HOME: the root file system is read-only. Each is empty at the start of a pod, whatever the image has there, and gone with the pod.",
      default: [],
      expected: "a list of folders, such as [/app/cache]",
      example: ["/app/cache"],
      item: refined(
        text({
          help: "A folder.",
          pattern: FOLDER,
          expected: "a folder as an absolute path",
          example: "/app/cache",
        }),
        checkFolder,
      ),
    }),
    checkTwice,
  ),
  user: wholeNumber({
    help: "User and group that the processes run as, by number: for an image whose files belong to another user. Never root.",
    default: 10_001,
    from: 1,
    to: 2_147_483_647,
    example: 1000,
    why: "; root (0) is never accepted",
  }),
};

/** Over these an empty folder would hide the system's own programs, or be refused. */
const SYSTEM =
  /^\/(?:(?:bin|boot|etc|lib|lib64|opt|root|run|sbin|usr|var|home)|(?:dev|proc|sys)(?:\/.*)?)$/;
const ALREADY = ["/tmp", "/home/app"];

function checkFolder(folder: string | undefined, value: ConfigValue): string | undefined {
  const path = folder?.replace(/\/+$/, "");
  if (path === undefined) return undefined;
  if (SYSTEM.test(path))
    return value.problem(`got ${path}, which is the system's own; expected a folder of the app`);
  const within = ALREADY.find((it) => path === it || path.startsWith(`${it}/`));
  if (within === undefined) return path;
  return value.problem(`got ${path}, and ${within} is writable already; leave it out`);
}

/** Two volumes at one path are refused by the cluster. */
function checkTwice(folders: readonly string[], value: ConfigValue): readonly string[] {
  const twice = folders.find((folder, index) => folders.indexOf(folder) < index);
  if (twice !== undefined) value.problem(`has ${twice} twice; keep one of the two`);
  return folders;
}
