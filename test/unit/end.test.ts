import { describe, expect, it } from "vitest";
import { endWarnings, scriptIn } from "../../components/procfile/end.ts";
import { OWN_SERVERS } from "../../components/procfile/own-servers.ts";
import { planOf } from "../support/plan.ts";

const GRACE = 45;
const own = (isDash: boolean) => (isDash ? OWN_SERVERS.get("Dash") : undefined);

describe("servers that leave SIGTERM to the kernel", () => {
  it.each([
    ["waitress-serve app:app", false],
    ["poetry run flask run -p 8050", false],
    ["python -u app.py", true],
  ])("are warned of: %s", (line, isDash) => {
    const [found, ...others] = endWarnings(line, own(isDash), GRACE);
    expect(others).toEqual([]);
    expect(found?.message).toContain("does not end at SIGTERM");
    expect(found?.message).toContain("(45 s)");
  });

  it("are reported where they begin", () => {
    expect(endWarnings("PORT=1 waitress-serve app:app", undefined, GRACE)[0]?.offset).toBe(7);
  });

  it.each(["gunicorn app:app", "uvicorn app:app", "fastapi run", "streamlit run app.py"])(
    "are not all servers: %s",
    (line) => expect(endWarnings(line, undefined, GRACE)).toEqual([]),
  );

  it("have another warning where their shell stays", () => {
    expect(endWarnings("cd app && waitress-serve app:app", undefined, GRACE)).toEqual([]);
  });
});

describe("scripts of which nobody knows whether they end at SIGTERM", () => {
  it.each([
    ["python worker.py", "worker.py"],
    ["python3.13 -u jobs/worker.py --all", "jobs/worker.py"],
    ["env A=1 node --max-old-space-size=460 dist/main.js", "dist/main.js"],
  ])("are those of Python and Node.js: %s", (line, script) => {
    expect(scriptIn(line, undefined)).toBe(script);
  });

  it.each([
    ["celery -A app worker", false],
    ["python -m celery -A app worker", false],
    ["python manage.py qcluster", false],
    ["node --version", false],
    ["npm start", false],
    ["cd app && python worker.py", false],
    // Dash's own server is known.
    ["python app.py", true],
  ])("are not %s", (line, isDash) => {
    expect(scriptIn(line, own(isDash))).toBeUndefined();
  });

  it("are those of an app of which nothing says that it is one of Dash", () => {
    const said = (framework: string | undefined) => {
      const { warnings, notes } = planOf({ procfile: "web: python app.py", app: { framework } });
      const about = ({ message }: { message: string }) => message.includes("SIGTERM");
      return [warnings.filter(about).length, notes.filter(about).length];
    };
    expect(said("dash")).toEqual([1, 0]);
    expect(said(undefined)).toEqual([0, 1]);
  });

  it("come in one line for the whole app", () => {
    const { notes } = planOf({
      procfile: "web: gunicorn a:b\nworker: python worker.py\nclock: python clock.py\n",
    });
    const found = notes.filter(({ location }) => location === "dash-scale:processes");
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining("whether worker (worker.py), clock (clock.py) end at SIGTERM is"),
    ]);
  });
});
