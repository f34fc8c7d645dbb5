import type { FolderFiles } from "./app-files.ts";
import { callsIn } from "./call.ts";
import type { Requirement } from "./packages.ts";
import { OWN_SERVERS } from "./own-servers.ts";
import { serverIn } from "./server.ts";

/** What an app is made with. Only evidence of Dash makes it a Dash app. */
export type Framework =
  | { readonly kind: "dash" }
  /** With the name of what it is; "" where that is not known. */
  | { readonly kind: "other"; readonly name: string }
  | { readonly kind: "unknown" };

/** Programs of languages that Dash is not written in. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/^(node|nodejs|npm|npx|yarn|pnpm|bun|bunx|deno|next|nuxt|pm2|serve)$/, "Node.js"],
  [/^(bundle|ruby|rails|rake|rackup|puma|unicorn|thin|sidekiq)$/, "Ruby"],
  [/^(java|mvn|gradle|gradlew|mvnw|sbt)$/, "Java"],
  [/^(php|heroku-php-\w+|apache2-foreground|frankenphp)$/, "PHP"],
  [/^(mix|elixir|iex)$/, "Elixir"],
  [/^dotnet$/, ".NET"],
  [/^go$/, "Go"],
];

/**
 * Dash itself, and packages made for it, which need it. Not among them is django-plotly-dash: what
 * answers then is Django.
 */
const DASH =
  /^(dash|dash-(?!tools\b)[a-z][a-z0-9-]*|feffery-[a-z-]+|vizro|explainerdashboard)(?![a-z0-9-])/;
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^(django-plotly-dash)\b/, "Django"],
  [/^streamlit(?![a-z0-9-])/, "Streamlit"],
  [/^panel(?![a-z0-9-])/, "Panel"],
  [/^bokeh(?![a-z0-9-])/, "Bokeh"],
  [/^chainlit(?![a-z0-9-])/, "Chainlit"],
  [/^gradio(?![a-z0-9-])/, "Gradio"],
  [/^nicegui(?![a-z0-9-])/, "NiceGUI"],
  [/^voila(?![a-z0-9-])/, "Voila"],
  [/^shiny(?![a-z0-9-])/, "Shiny"],
  [/^solara(-server|-ui)?(?![a-z0-9-])/, "Solara"],
  [/^django(?![a-z0-9-])/, "Django"],
  [/^fastapi(?![a-z0-9-])/, "FastAPI"],
  [/^flask(?![a-z0-9-])/, "Flask"],
  [/^sanic(?![a-z0-9-])/, "Sanic"],
];

/**
 * What the app of a command is made with: by what the stack says, by the command, then by what lies
 * where it runs.
 *
 * @param said `dash-scale:app.framework`
 */
export function frameworkOf(
  command: string,
  files: FolderFiles,
  said?: "dash" | "other",
): Framework {
  const byCommand = frameworkOfCommand(command);
  if (said === "dash") return { kind: "dash" };
  if (said === "other") return { kind: "other", name: byCommand ?? "" };
  if (byCommand !== undefined) return { kind: "other", name: byCommand };
  return frameworkOfFiles(files, serverIn(command, OWN_SERVERS.get("Dash")) !== undefined);
}

/** @param isServed whether a server of Python runs */
function frameworkOfFiles(files: FolderFiles, isServed: boolean): Framework {
  const { requirements = [], isOpen, languages } = files;
  const names = (pattern: RegExp) =>
    requirements.some(({ text }: Requirement) => pattern.test(text));
  if (names(/^django-plotly-dash\b/)) return { kind: "other", name: "Django" };
  if (names(DASH)) return { kind: "dash" };
  if (isOpen) return { kind: "unknown" };
  const other = OTHERS.find(([pattern]) => names(pattern))?.[1];
  if (other !== undefined || files.requirements !== undefined)
    return { kind: "other", name: other ?? "Python" };
  const [language] = languages;
  // A Python server beside a package.json has its packages listed elsewhere.
  return language === undefined || isServed
    ? { kind: "unknown" }
    : { kind: "other", name: language };
}

function frameworkOfCommand(command: string): string | undefined {
  const own = serverIn(command)?.server.framework;
  if (own !== undefined) return own;
  const calls = callsIn(command);
  if (calls.some(({ program }) => program === "manage.py")) return "Django";
  const { program = "", wrappers = [] } = calls.at(-1) ?? {};
  return PROGRAMS.find(([pattern]) => [program, ...wrappers].some((it) => pattern.test(it)))?.[1];
}

const LANGUAGES = new Set([
  "Node.js",
  "Ruby",
  "Java",
  "Scala",
  "PHP",
  "Elixir",
  ".NET",
  "Go",
  "Rust",
]);

/** Whether an app is, or may be, written in Python. */
export function isPython(framework: Framework): boolean {
  return framework.kind !== "other" || !LANGUAGES.has(framework.name);
}
