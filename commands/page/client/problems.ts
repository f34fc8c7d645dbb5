import type { VNode } from "preact";
import type { Problem } from "../api.ts";
import { el } from "./el.ts";

/** What is wrong, each with its place. */
export function problemList(title: string, all: readonly Problem[]): VNode {
  return el(
    "section",
    { class: "card problems", role: "alert" },
    el("h2", null, title),
    el(
      "ul",
      null,
      ...all.map(({ location, message }) =>
        el("li", null, el("code", null, location), ` ${message}`),
      ),
    ),
  );
}
