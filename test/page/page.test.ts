import { appendFile, readFile, writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { pod, PREVIEW_OF_MORE } from "./fixture.ts";
import { apply, checked, heading, isAccessible, PATIENCE, replicas, withStage } from "./tabs.ts";
import type { Stage } from "./tabs.ts";

let project: Stage["project"];
let cluster: Stage["cluster"];
let newTab: Stage["newTab"];
let openTab: Stage["openTab"];
let fresh: Stage["fresh"];
withStage((stage) => {
  ({ project, cluster, newTab, openTab, fresh } = stage);
});

const more = (tab: Page) => tab.getByRole("button", { name: "Replicas of web: one more" });

describe("a change", () => {
  test("by keyboard alone: raise, see cost and lines, apply, see it done", async () => {
    const tab = await fresh();
    const before = await project.text();
    await replicas(tab).press("ArrowUp");
    await heading(tab, "Resource summary").waitFor();
    await tab.getByRole("row", { name: /Pods 2 3/ }).waitFor();
    await tab.getByText("No pod restarts.").waitFor();
    await checked(tab);
    await isAccessible(tab, "change");
    expect(await project.text()).toBe(before);
    await apply(tab).press("Enter");
    await heading(tab, "Applying").waitFor();
    await tab.getByText("4/6 pods are available").and(tab.locator(".now")).waitFor();
    await isAccessible(tab, "applying");
    await project.says("go", "");
    await heading(tab, /^Applied in/).waitFor();
    expect(await project.text()).toBe(before.replace("web: 2", "web: 3"));
    expect((await project.asked()).filter((it) => it.startsWith("up "))).toEqual([
      expect.stringMatching(
        /^up --stack dev --json .*--yes --skip-preview --message dash-scale: web=3 \(by .*, dash-scale\)$/,
      ),
    ]);
    expect(tab.url()).not.toContain("token");
  });

  test("of three fast clicks is one of three", async () => {
    const tab = await fresh();
    // Nothing comes any more that would move the button.
    await tab.getByText("2 ready", { exact: true }).waitFor();
    await more(tab).click({ clickCount: 3, delay: 5 });
    await expect.poll(() => replicas(tab).inputValue(), PATIENCE).toBe("5");
    await tab.getByRole("row", { name: /Pods 2 5/ }).waitFor();
  });

  test("of one more, where a number is typed halfway, is one more than the file says", async () => {
    const tab = await fresh();
    await replicas(tab).fill("");
    await tab.getByText("This change cannot be applied").waitFor();
    await more(tab).click();
    expect(await replicas(tab).inputValue()).toBe("3");
  });

  test("that goes back to what the file says is none", async () => {
    const tab = await fresh();
    await replicas(tab).press("ArrowUp");
    await apply(tab).waitFor();
    await replicas(tab).press("ArrowDown");
    await apply(tab).waitFor({ state: "detached" });
  });

  test("that is being typed is kept while pods come and go", async () => {
    const tab = await fresh();
    await tab.getByText("Each: 1 × 1 requests at once").click();
    const memory = tab.getByRole("textbox", { name: "Memory of web" });
    await expect.poll(() => cluster.watchers).toBeGreaterThan(0);
    await memory.press("End");
    await memory.pressSequentially("B");
    cluster.tell("ADDED", pod("web-c"));
    await tab.getByText("2 ready, 1 waiting for a node").waitFor();
    expect(await memory.inputValue()).toBe("512MiB");
  });

  test("that is wrong says where, and cannot be applied", async () => {
    const tab = await fresh();
    await tab.getByText("Each: 1 × 1 requests at once").click();
    await tab.getByRole("textbox", { name: "Memory of web" }).fill("lots");
    await tab.getByRole("textbox", { name: "Memory of web" }).press("Tab");
    await tab.getByText("dash-scale:scale.web.memory").waitFor();
    expect(await apply(tab).isDisabled()).toBe(true);
    await isAccessible(tab, "wrong");
  });

  test("of more than half waits for its confirmation, which is one click and one line", async () => {
    await project.replace("web: 2", "web: 10");
    await project.replace(
      "  dash-scale:scale:\n",
      "  dash-scale:guards: { scaleDown: confirm }\n  dash-scale:scale:\n",
    );
    const tab = await fresh();
    await replicas(tab).fill("2");
    await tab.getByRole("button", { name: "Confirm web 10 → 2" }).click();
    await tab.getByText('web: "10 -> 2"').or(tab.getByText("web: 10 -> 2")).first().waitFor();
    await isAccessible(tab, "guard");
  });

  test("names what else would change, and what does not fit, and may be applied", async () => {
    await project.says("preview.json", JSON.stringify(PREVIEW_OF_MORE));
    const tab = await fresh();
    await replicas(tab).fill("6");
    await tab.getByText("Deployment four-callbacks-beat is created").waitFor();
    await tab.getByText("web: 2 of 6 replicas will wait for a node").waitFor();
    expect(await apply(tab).isEnabled()).toBe(true);
    await isAccessible(tab, "fits-not");
  });

  test("may be written alone, with the command and a commit message", async () => {
    const tab = await fresh();
    await replicas(tab).fill("4");
    await tab.getByRole("button", { name: "Write the file" }).click();
    await tab.getByText("pulumi up --stack dev").waitFor();
    await tab.getByText("Scale dev: web=4").waitFor();
    expect(await project.text()).toContain("web: 4");
    expect((await project.asked()).some((it) => it.startsWith("up "))).toBe(false);
  });
});

describe("an update", () => {
  const begin = async (tab: Page) => {
    await replicas(tab).fill("4");
    await checked(tab);
    await apply(tab).click();
    await heading(tab, "Applying").waitFor();
  };

  test("is stopped waiting for, and the cluster goes on", async () => {
    const tab = await fresh();
    await begin(tab);
    await tab.getByRole("button", { name: "Stop waiting" }).click();
    await heading(tab, "Stopped waiting").waitFor();
    await tab.getByText("The cluster goes on with what it was told.").waitFor();
    await isAccessible(tab, "stopped");
  });

  test("that fails says why, and may be tried again or put back", async () => {
    await project.says("failure", "0/6 pods: ImagePullBackOff");
    const tab = await fresh();
    await begin(tab);
    await project.says("go", "");
    await heading(tab, "Not applied").waitFor();
    await tab.getByText("0/6 pods: ImagePullBackOff").waitFor();
    await tab.getByRole("button", { name: "Try again" }).waitFor();
    await isAccessible(tab, "failed");
  });

  test("of a stack that is locked says by whom", async () => {
    await project.says(
      "lock",
      "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n  file:///x: created by ann@laptop (pid 2367) at 2026-11-28T16:28:00Z\n",
    );
    const tab = await fresh();
    await replicas(tab).fill("4");
    await checked(tab);
    await apply(tab).click();
    await tab
      .getByText(
        "Pulumi is at work on this stack since 2026-11-28T16:28:00Z (ann@laptop, process 2367).",
      )
      .waitFor();
  });

  test("goes on where the page is killed, and a page that is started again shows it", async () => {
    const first = await project.serve();
    await begin(await openTab(first));
    first.child.kill("SIGKILL");
    const tab = await fresh();
    await heading(tab, "Applying").waitFor();
    await project.says("go", "");
    await heading(tab, /^Applied in/).waitFor();
  });

  test("is one at a time, on two pages at once, which both show it", async () => {
    const [one, two] = [await fresh(), await fresh()];
    await begin(one);
    await heading(two, "Applying").waitFor();
    await replicas(two).fill("7");
    await checked(two);
    await two.getByText("Pulumi is at work on this stack.").waitFor();
    expect(await apply(two).isDisabled()).toBe(true);
    await project.says("go", "");
    await heading(two, /^Applied in/).waitFor();
  });
});

describe("what others do", () => {
  test("a file that is edited meanwhile: the change is kept, and worked out anew", async () => {
    const tab = await fresh();
    await replicas(tab).fill("5");
    await tab.getByRole("row", { name: /Pods 2 5/ }).waitFor();
    await project.replace("web: 2", "web: 3");
    await tab.getByText("The stack file or the Procfile has changed on disk.").waitFor();
    await tab.getByText("web: the file says 3 now; your 5 is kept.").waitFor();
    await tab.getByRole("row", { name: /Pods 3 5/ }).waitFor();
    await isAccessible(tab, "conflict");
  });

  test("a Procfile that is edited meanwhile: its process types are shown, the change is kept", async () => {
    const tab = await fresh();
    await replicas(tab).fill("5");
    await checked(tab);
    await appendFile(project.procfile, "worker: celery -A tasks worker\n");
    await heading(tab, "worker").waitFor();
    await tab.getByText("The stack file or the Procfile has changed on disk.").waitFor();
    await tab.getByRole("row", { name: /Pods 3 6/ }).waitFor();
    expect(await replicas(tab).inputValue()).toBe("5");
  });

  test("a Procfile with a mistake, and then without it", async () => {
    const tab = await fresh();
    const before = await readFile(project.procfile, "utf8");
    await appendFile(project.procfile, "no colon\n");
    await heading(tab, "The stack file cannot be applied as it is").waitFor();
    await tab.getByText("Procfile:3:3").waitFor();
    await writeFile(project.procfile, before);
    await replicas(tab).waitFor();
  });

  test("somebody who scaled by hand is named, and it is put back by way of a preview", async () => {
    cluster.deployments = [
      {
        metadata: {
          name: "four-callbacks-web",
          managedFields: [
            {
              manager: "kubectl",
              subresource: "scale",
              time: "2026-11-29T02:10:00Z",
              fieldsV1: { "f:spec": { "f:replicas": {} } },
            },
          ],
        },
        spec: { replicas: 7 },
      },
    ];
    const tab = await fresh();
    await tab
      .getByText("Somebody has scaled it by hand: 2 → 7 (kubectl scale, 2026-11-29 02:10 UTC).")
      .waitFor();
    await isAccessible(tab, "drift");
    await tab.getByRole("alert").getByRole("button", { name: "Put back" }).click();
    await tab.getByText("Pulumi would change 1 object").waitFor();
    expect((await project.asked()).some((it) => /^preview .*--refresh$/.test(it))).toBe(true);
  });

  test("a file that is not applied yet is offered to be applied", async () => {
    await project.replace("web: 2", "web: 8");
    const tab = await fresh();
    await tab.getByText("The file says 8, applied are 2.").waitFor();
    await tab.getByRole("button", { name: "Apply the file" }).click();
    await tab.getByText("Pulumi would change 1 object").waitFor();
  });

  test("a pod that comes is drawn where it is; one without a node, apart, with the reason once", async () => {
    const tab = await fresh();
    await tab.getByText("2 ready", { exact: true }).waitFor();
    await expect.poll(() => cluster.watchers).toBeGreaterThan(0);
    cluster.tell("ADDED", pod("web-c"));
    cluster.tell("ADDED", pod("web-d"));
    await tab.getByText("2 ready, 2 waiting for a node").waitFor();
    await tab.getByText("2 pods: 0/2 nodes are available: no room").waitFor();
    await isAccessible(tab, "waiting");
    expect(await tab.locator(".zone.nowhere .pod").count()).toBe(2);
  });
});

describe("the page", () => {
  test("of a cluster that is gone says so in one place, and the file can be changed", async () => {
    await project.useCluster("{}");
    const tab = await fresh();
    await tab
      .getByText(/The cluster does not answer: .*The stack file can be changed all the same/)
      .waitFor();
    expect(await more(tab).isEnabled()).toBe(true);
    await isAccessible(tab, "unreachable");
  });

  test("of a file with mistakes says where they are", async () => {
    await project.replace("web: 2", "web: -1");
    const served = await project.serve();
    const tab = await newTab();
    await tab.goto(served.address);
    await heading(tab, "The stack file cannot be applied as it is").waitFor();
    await tab.getByText("dash-scale:scale.web", { exact: true }).waitFor();
    await isAccessible(tab, "mistakes");
  });

  test("that only reads changes nothing", async () => {
    const tab = await fresh("--read-only");
    await tab.getByText("read-only", { exact: true }).waitFor();
    expect(await more(tab).isDisabled()).toBe(true);
    expect(await replicas(tab).isDisabled()).toBe(true);
    await isAccessible(tab, "read-only");
  });

  test("that is not served any more says so, and a change cannot be applied", async () => {
    const served = await project.serve();
    const tab = await openTab(served);
    await replicas(tab).fill("4");
    await checked(tab);
    served.child.kill("SIGKILL");
    await tab.getByText("Not connected: trying again").waitFor();
    expect(await apply(tab).isDisabled()).toBe(true);
  });

  test("on a phone, with Apply over the whole width", async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const tab = await openTab(await project.serve(), phone);
    await more(tab).tap();
    await checked(tab);
    await isAccessible(tab, "phone");
    await tab.getByRole("link", { name: "Details" }).tap();
    const isSeen =
      "document.querySelector('#change').getBoundingClientRect().top < innerHeight / 2";
    await expect.poll(() => tab.evaluate(isSeen), PATIENCE).toBe(true);
    const wide: unknown = await tab.evaluate("document.documentElement.scrollWidth <= innerWidth");
    expect(wide).toBe(true);
  });

  test("side by side has a stepper in each cell, and production's name is typed", async () => {
    const tab = await fresh();
    await tab.getByRole("button", { name: "Side by side" }).click();
    await tab.getByRole("button", { name: "Replicas of web in production: one more" }).click();
    await tab.getByText("production: ").and(tab.locator(".stack-name")).waitFor();
    await tab.getByText("Type production to allow its change.").waitFor();
    await isAccessible(tab, "side-by-side");
    await tab
      .getByRole("textbox", { name: "Type production to allow its change" })
      .fill("production");
    await expect.poll(() => apply(tab).isEnabled()).toBe(true);
  });

  test("puts back the scale of an update", async () => {
    const tab = await fresh();
    await tab.getByRole("button", { name: "Put back the scale of 2026-11-28 15:04 UTC" }).click();
    await tab.getByRole("row", { name: /Pods 2 3/ }).waitFor();
    await checked(tab);
    await apply(tab).click();
    await project.says("go", "");
    await heading(tab, /^Applied in/).waitFor();
    expect(await project.text()).toContain("web: 3");
  });

  test("gets nothing that is secret: no variable of event, preview, history, pod or file", async () => {
    await project.replace("LOG_LEVEL: debug", "LOG_LEVEL: canary-in-file");
    const served = await project.serve();
    const tab = await newTab();
    await tab.addInitScript(KEEP_ALL);
    await tab.goto(served.address);
    await replicas(tab).fill("4");
    await checked(tab);
    await apply(tab).click();
    await heading(tab, "Applying").waitFor();
    await project.says("go", "");
    await heading(tab, /^Applied in/).waitFor();
    const kept = String(await tab.evaluate("globalThis.kept"));
    expect(kept).toContain("four-callbacks-web");
    expect(kept).not.toContain("canary");
    expect(await tab.content()).not.toContain("canary");
  });
});

/** Keeps all that the page is told, beside what the page does with it. */
const KEEP_ALL = `
globalThis.kept = "";
const json = Response.prototype.json;
Response.prototype.json = async function () {
  const value = await json.call(this);
  globalThis.kept += JSON.stringify(value);
  return value;
};
const parse = JSON.parse;
JSON.parse = (text, ...more) => {
  globalThis.kept += text;
  return parse(text, ...more);
};
`;
