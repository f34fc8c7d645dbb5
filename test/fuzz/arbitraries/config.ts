import fc from "fast-check";
import { isMap } from "../../../components/config/is-map.ts";
import { PREFIX, STACK } from "../../../components/config/stack.ts";
import { declared } from "./declared.ts";
import { command, procfile } from "./procfile.ts";
import { mostly, strange } from "./texts.ts";
import { wrong } from "./values.ts";

/** Every process type that is scaled here, and more. */
const wholeProcfile = fc
  .tuple(mostly(fc.constant("gunicorn index:server"), command, 3), command)
  .map(
    ([web, batch]) =>
      `web: ${web}\nworker: celery -A a worker\nbatch: ${batch}\nMy_Beat: gunicorn b:c\nconstructor: run\n`,
  );
const inText = mostly(wholeProcfile, procfile, 8).chain((it) =>
  fc.record({ text: fc.constant(it), file: mostly(fc.constant("Procfile"), strange, 30) }),
);

function config(source: fc.Arbitrary<unknown>): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const own = declared(STACK, { procfile: source }).map((keys) =>
    Object.fromEntries(
      Object.entries(isMap(keys) ? keys : {}).map(([key, value]) => [`${PREFIX}${key}`, value]),
    ),
  );
  const others = fc.record(
    {
      "kubernetes:context": fc.constantFrom("dev", "production"),
      "aws:region": mostly(fc.constant("eu-central-1"), wrong, 10),
    },
    { requiredKeys: [] },
  );
  return fc.tuple(own, others).map(([keys, more]) => ({ ...keys, ...more }));
}

/** What stands below `config` in a stack file. */
export const stackValues = config(
  fc.oneof(
    mostly(
      fc.constant("test/manifest/Procfile"),
      fc.constant("examples/four-callbacks/Procfile"),
      30,
    ),
    inText,
  ),
);

/** The same as the engine hands it over: each value as text, maps and lists as JSON. */
export const engineValues = mostly(stackValues, stackValues).chain((values) =>
  fc.record(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        mostly(
          fc.constant(typeof value === "string" ? value : (JSON.stringify(value) ?? "")),
          deepJson,
          200,
        ),
      ]),
    ),
  ),
);

const deepJson = fc
  .tuple(fc.constantFrom('{"a":', "[", '{"web":', '{"name":['), fc.integer({ min: 1, max: 50_000 }))
  .map(([open, depth]) => {
    const close = Array.from(open)
      .toReversed()
      .flatMap((it) => ({ "{": ["}"], "[": ["]"] })[it] ?? [])
      .join("");
    return `${open.repeat(depth)}1${close.repeat(depth)}`;
  });
