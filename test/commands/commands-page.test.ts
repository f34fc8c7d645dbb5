import { ROOT } from "../../infra/root.ts";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS_PAGE, commandsPage } from "../../commands/generate/commands-page.ts";

test(`${COMMANDS_PAGE} is what npm run generate makes`, async () => {
  expect(readFileSync(resolve(ROOT, COMMANDS_PAGE), "utf8")).toBe(await commandsPage());
});
