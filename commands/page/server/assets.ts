/** The page's own files: a list of names, and nothing else of the disk. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const CLIENT = join(import.meta.dirname, "../client");
/** In the npm package, which is compiled, the page's files are scripts already. */
const SCRIPT = import.meta.filename.endsWith(".ts") ? ".ts" : ".js";
const MODULES = [
  "main",
  "model",
  "el",
  "view",
  "header",
  "process",
  "pods",
  "problems",
  "advice",
  "staged",
  "progress",
  "history",
  "table",
];
const PREACT = "/lib/preact.js";
/** A bare name needs an import map, and that has to be in the page itself. */
const IMPORT_MAP = JSON.stringify({ imports: { preact: PREACT } });
const IMPORT_MAP_HASH = createHash("sha256").update(IMPORT_MAP).digest("base64");
/** Where the import map goes: what stands between the tags is hashed, white space included. */
const IMPORT_MAP_PLACE = /\s*IMPORT_MAP\s*/;

/** What the page may load: its own files, and the one script that stands in it, by its hash. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${IMPORT_MAP_HASH}'`,
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
}

const loaders = new Map<string, () => Promise<{ type: string; text: string }>>([
  ["/", indexPage],
  [PREACT, async () => ({ type: JAVASCRIPT, text: await readFile(preactFile(), "utf8") })],
  ["/client/style.css", async () => ({ type: "text/css", text: await source("style.css") })],
  ["/client/icon.svg", async () => ({ type: "image/svg+xml", text: await source("icon.svg") })],
  ...MODULES.map((name) => [`/client/${name}${SCRIPT}`, () => script(name)] as const),
]);
const loaded = new Map<string, Promise<Asset>>();
const JAVASCRIPT = "text/javascript";

/** The file at a path of the page's address; undefined where there is none. */
export function assetAt(path: string): Promise<Asset> | undefined {
  const load = loaders.get(path);
  if (!load) return undefined;
  const asset = loaded.get(path) ?? load().then(asAsset);
  loaded.set(path, asset);
  return asset;
}

function asAsset({ type, text }: { type: string; text: string }): Asset {
  const body = Buffer.from(text);
  return { type: `${type}; charset=utf-8`, body, gzipped: gzipSync(body) };
}

async function indexPage() {
  const text = await source("index.html");
  const page = text.replace(IMPORT_MAP_PLACE, IMPORT_MAP).replace("MAIN", `/client/main${SCRIPT}`);
  return { type: "text/html", text: page };
}

async function script(name: string) {
  const text = await source(`${name}${SCRIPT}`);
  // Types become blanks: lines and columns stay, and a source map would say nothing.
  return { type: JAVASCRIPT, text: SCRIPT === ".ts" ? withoutTypes(text) : text };
}

/** Node.js runs this very code at each start, and yet warns that calling it is experimental. */
function withoutTypes(text: string): string {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function source(name: string): Promise<string> {
  return readFile(join(CLIENT, name), "utf8");
}

function preactFile(): string {
  const entry = createRequire(import.meta.url).resolve("preact");
  return join(dirname(entry), "preact.mjs");
}
