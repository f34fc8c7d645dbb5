import { callsIn, callText } from "./call.ts";
import type { LineFinding } from "./line-finding.ts";
import { lastGiven } from "./option.ts";
import type { Requirement } from "./packages.ts";
import { serverIn } from "./server.ts";
import { cannotWrite, isWritable } from "./writable.ts";

/** Commands that write beside the code: files of a build, which belong into the image. */
const WRITERS: readonly RegExp[] = [
  /^manage\.py (collectstatic|compress|compilemessages|makemessages|makemigrations)\b/,
  /^(npm|yarn|pnpm|bun)( --?\S+)* (install|ci|i|add|(run )?build)( |$)/,
  /^(npx )?(next|vite|webpack|nuxt) build\b/,
  /^(composer|bundle) install\b/,
  /^(bundle exec )?(rails|rake) assets:precompile\b/,
  /^php[\d.]* artisan (storage:link|optimize|(config|route|view|event):cache)\b/,
  /^flask( \S+)*? assets build\b/,
  /^(flask( \S+)*? translate|pybabel) compile\b/,
  /^playwright install\b/,
];
const COLLECTSTATIC = /^manage\.py collectstatic\b/;
/** Packages by which static files go to a server of files. */
const STORAGES =
  /^(django-storages|django-minio-\w+|django-cloudinary-storage|collectfast)(?![a-z0-9-])/;

/** What is known where a line runs. */
interface Around {
  readonly writable: readonly string[];
  readonly requirements?: readonly Requirement[] | undefined;
}

/**
 * Builds in a line that runs: the root file system is read-only, so that they fail, and with `&&`
 * everything behind them.
 *
 * @param isRelease whether the line runs in a pod of its own, whose files nobody else sees
 */
export function buildWarnings(
  line: string,
  { writable, requirements = [] }: Around,
  isRelease = false,
): LineFinding[] {
  if (writable.length > 0) return [];
  const isElsewhere = requirements.some(({ text }) => STORAGES.test(text));
  return callsIn(line).flatMap((call) => {
    const text = callText(call);
    const [name] = WRITERS.flatMap((it) => it.exec(text)?.[0].trim() ?? []);
    if (name === undefined || (isElsewhere && COLLECTSTATIC.test(text))) return [];
    const lost = isRelease ? ", and no other pod would see the files" : "";
    const message = `${name} writes beside the code, which is read-only in a pod${lost}; run this when the image is built, or name the folder in dash-scale:app.writable`;
    return [{ offset: call.words[0]?.start ?? 0, message }];
  });
}

/** Folders of its packages that a server of a line writes in, and that the container cannot write. */
export function folderWarnings(line: string, writable: readonly string[]): LineFinding[] {
  const found = serverIn(line);
  const writes = found?.server.writes;
  if (!writes || writes.folders.some((folder) => writable.includes(folder))) return [];
  const message = `${found.server.name} writes ${writes.what}; the root file system is read-only, and the user is not root: have ${writes.remedy}`;
  return [{ offset: found.call.words[0]?.start ?? 0, message }];
}

/** Files that the shell or the server of a line writes where the container cannot. */
export function outputWarnings(line: string, writable: readonly string[]): LineFinding[] {
  const found = serverIn(line);
  const options = (found?.server.written ?? []).flatMap(
    (option) => lastGiven(found?.words ?? [], option) ?? [],
  );
  const outputs = callsIn(line).flatMap((call) => call.outputs);
  return [
    ...options.map(({ from, value }) => ({ offset: from, path: value })),
    ...outputs.map(({ start, literal }) => ({ offset: start, path: literal })),
  ].flatMap(({ offset, path }) =>
    path === undefined || isWritable(path, writable)
      ? []
      : [{ offset, message: cannotWrite(path) }],
  );
}
