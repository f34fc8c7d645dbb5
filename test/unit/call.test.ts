import { describe, expect, test } from "vitest";
import { callsIn } from "../../components/procfile/call.ts";
import { OWN_SERVERS } from "../../components/procfile/own-servers.ts";
import { serverIn, withServerFlags } from "../../components/procfile/server.ts";

const serverOf = (line: string) => serverIn(line)?.server.name;

describe("what runs a server in the end", () => {
  test.each([
    "bin/start-nginx gunicorn a:b",
    "bin/start-pgbouncer newrelic-admin run-program gunicorn a:b",
    "bin/start-pgbouncer-stunnel gunicorn a:b",
    "./scripts/wait-for-it.sh db:5432 -- gunicorn a:b",
    "wait-for db:5432 -- gunicorn a:b",
    "gosu app gunicorn a:b",
    "su-exec app:app gunicorn a:b",
    "conda run -n shop gunicorn a:b",
    "conda run --no-capture-output --name shop gunicorn a:b",
    "sh -c 'gunicorn a:b'",
    'bash -lc "cd app && gunicorn a:b"',
    "sh -c 'exec newrelic-admin run-program gunicorn a:b'",
    "uv run gunicorn a:b",
    "uv run --no-sync --project backend gunicorn a:b",
    "uv run python -m gunicorn a:b",
    "poetry run python -u -m gunicorn a:b",
    "pipenv run gunicorn a:b",
    "pdm run gunicorn a:b",
    "ddtrace-run gunicorn a:b",
    "opentelemetry-instrument --service_name shop gunicorn a:b",
    "doppler run -p shop -- gunicorn a:b",
    "chamber exec shop -- gunicorn a:b",
    "dumb-init -- gunicorn a:b",
    "tini -s -- gunicorn a:b",
    "nice -n 5 gunicorn a:b",
    "timeout -k 5 3600 gunicorn a:b",
    "env -u HOME LANG=C gunicorn a:b",
    "A=b exec gunicorn a:b",
    "python manage.py migrate && gunicorn a:b",
    "python /opt/venv/bin/gunicorn a:b",
    "(cd app; gunicorn a:b)",
    "if true; then gunicorn a:b; fi",
    "librato-launch --config-path c.json gunicorn a:b",
    "honcho run gunicorn a:b",
    "dotenvx run -f .env -- gunicorn a:b",
    "bin/start-web python -m gunicorn.app.wsgiapp a:b",
    "sh wait.sh -- gunicorn a:b",
  ])("%s", (line) => expect(serverOf(line)).toBe("gunicorn"));
});

describe("what only names a server", () => {
  test.each([
    "pip install gunicorn",
    "python -m pip install gunicorn",
    "uv pip install gunicorn",
    "poetry add gunicorn",
    "conda install gunicorn",
    "/opt/venv/bin/pip install gunicorn",
    "which gunicorn",
    "env A=b pip install gunicorn",
    "pkill gunicorn",
    "echo gunicorn a:b",
    "python -c gunicorn",
    "$SERVER gunicorn",
    "supervisorctl start gunicorn a",
    "pm2 restart gunicorn a",
    "mkdir -p logs/gunicorn logs/celery",
    "chown -R app /var/log/gunicorn /srv",
    "python run.py gunicorn a:b",
    "node run.js gunicorn",
    "bash ./run.sh gunicorn",
    "bin/start-nginx bash ./production.sh gunicorn",
  ])("%s", (line) => expect(serverOf(line)).toBeUndefined());
});

describe("a server is known by its name, or by its subcommand", () => {
  test.each([
    ["uvicorn a:b", "uvicorn"],
    ["python -m hypercorn a:b", "hypercorn"],
    ["daphne a:b", "daphne"],
    ["granian --interface wsgi a:b", "granian"],
    ["fastapi run", "fastapi run"],
    ["waitress-serve a:b", "waitress-serve"],
    ["flask --app shop run", "flask run"],
    ["flask -A shop --debug run -p 80", "flask run"],
    ["flask db upgrade", undefined],
    ["streamlit run app.py", "streamlit run"],
    ["bokeh serve app.py", "bokeh serve"],
    ["panel serve app.py", "panel serve"],
    ["python manage.py runserver 0.0.0.0:8000", "Django's runserver"],
    ["./manage.py runserver", "Django's runserver"],
    ["python app.py", undefined],
    ["celery -A a worker", undefined],
  ])("%s: %s", (line, name) => expect(serverOf(line)).toBe(name));
  test("a Python script may be Dash's own server", () => {
    const own = (line: string) => serverIn(line, OWN_SERVERS.get("Dash"))?.call.words[0]?.start;
    expect(serverIn("python app.py", OWN_SERVERS.get("Dash"))?.server.name).toBe(
      "Dash's own server",
    );
    expect(own("python -u app.py --x")).toBe(0);
    expect(own("python -m app")).toBe(10);
    expect(own("uv run main.py")).toBe(7);
    expect(own("bin/env python src/app.py")).toBe(8);
    expect(own("./wait-for db:5432 -- python app.py")).toBe(22);
    expect(own("python seed.py && python app.py")).toBe(18);
    expect(own("python -c 'x.py'")).toBeUndefined();
    expect(own("python -m pip install dash")).toBeUndefined();
    expect(own("python -m http.server 8000")).toBeUndefined();
  });
  test("a server by its name counts more than a script before it", () => {
    const found = serverIn("python seed.py && gunicorn a:b", OWN_SERVERS.get("Dash"));
    expect(found?.server.name).toBe("gunicorn");
  });
});

describe("the stack's workers and threads are put in where the server reads them", () => {
  test.each([
    ["uvicorn a:b --workers 4", "uvicorn a:b --workers 3"],
    ["hypercorn -w 4 a:b", "hypercorn --workers 3 a:b"],
    ["granian a:b", "granian a:b --workers 3 --blocking-threads 8"],
    ["fastapi run app.py", "fastapi run app.py --workers 3"],
    ["fastapi run", "fastapi run --workers 3"],
    ["waitress-serve --thr=2 a:b", "waitress-serve --threads 8 a:b"],
    ["bokeh serve app.py", "bokeh serve app.py --num-procs 3"],
    ["panel serve app.py", "panel serve app.py --num-procs 3 --num-threads 8"],
    ["daphne a:b", "daphne a:b"],
    ["flask run && echo 1", "flask run && echo 1"],
    ["sh -c 'gunicorn a:b' > log", "sh -c 'gunicorn a:b --workers 3 --threads 8' > log"],
    [
      'bash -c "cd x && gunicorn -w 1 a:b"',
      'bash -c "cd x && gunicorn --workers 3 a:b --threads 8"',
    ],
    [
      "pip install gunicorn && gunicorn a:b",
      "pip install gunicorn && gunicorn a:b --workers 3 --threads 8",
    ],
    ["bin/start-nginx gunicorn a:b", "bin/start-nginx gunicorn a:b --workers 3 --threads 8"],
  ])("%s", (line, expected) => {
    expect(withServerFlags(line, { workers: 3, threads: 8 })).toBe(expected);
  });
});

test.each([
  ["cd backend && uvicorn a:b", "backend"],
  ["cd backend; exec uvicorn a:b", "backend"],
  ["sh -c 'cd backend && uvicorn a:b'", "backend"],
  ["gunicorn --chdir backend a:b", "backend"],
  ["uv run --directory backend uvicorn a:b", "backend"],
  ["uvicorn a:b", undefined],
])("the folder that a line changes into: %s", (line, folder) => {
  expect(callsIn(line).at(-1)?.folder).toBe(folder);
});
