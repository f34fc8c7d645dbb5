import { describe, expect, test } from "vitest";
import { portOfNobody, portPlan } from "../../components/procfile/port.ts";
import { serverSettings, withServerFlags } from "../../components/procfile/server.ts";
import { folderWarnings } from "../../components/procfile/writes.ts";
import { daemonWarnings, storeWarnings } from "../../components/procfile/daemon.ts";
import { planOf } from "../support/plan.ts";

const around = (variables: Readonly<Record<string, string>> = {}) => ({
  variables,
  hasFile: false,
});
const planned = (line: string) => portPlan(line, 8000, around());

describe("puma runs with what its flags say, and its file for the rest", () => {
  test.each<[string, Record<string, string>, number | undefined, number | undefined]>([
    ["puma -w 2 -t 5:5", {}, 2, 5],
    ["bundle exec puma --workers=3 --threads 0:16", {}, 3, 16],
    ["bundle exec puma -t 8", {}, undefined, 8],
    ["puma -w 0 -t 4", {}, 1, 4],
    ["bundle exec puma -C config/puma.rb", {}, undefined, undefined],
    ["bundle exec puma", {}, undefined, undefined],
    ["puma -C x.rb", { WEB_CONCURRENCY: "2", RAILS_MAX_THREADS: "5" }, 2, 5],
    ["WEB_CONCURRENCY=4 puma -t 1:2", {}, 4, 2],
    ["puma", { WEB_CONCURRENCY: "auto", MAX_THREADS: "7" }, undefined, 7],
    ["puma -w 3 -t 6", { WEB_CONCURRENCY: "2", RAILS_MAX_THREADS: "5" }, 3, 6],
  ])("%s %j: %s workers, %s threads", (line, variables, workers, threads) => {
    expect(serverSettings(line, around(variables))).toMatchObject({ workers, threads });
  });
  test("a file of gunicorn's hides what variables say, since it wins over them", () => {
    const given = { ...around({ WEB_CONCURRENCY: "2" }), hasFile: true };
    expect(serverSettings("gunicorn a:b", given)?.workers).toBeUndefined();
  });
  test("the stack's workers and threads win over the file", () => {
    const line = "bundle exec puma -C config/puma.rb";
    expect(withServerFlags(line, { workers: 2, threads: 5 })).toBe(
      `${line} --workers 2 --threads 5`,
    );
  });
});

test("a lone number is a port for serve and runserver, and a host for others", () => {
  expect(planned("serve -l 9000").port).toBe(9000);
  expect(planned("python manage.py runserver 9000").port).toBe(9000);
  expect(planned("gunicorn -b 9000 a:b").port).toBe(8000);
});
test("rackup listens on 9292, whatever PORT is", () => {
  expect(planned("bundle exec rackup").port).toBe(9292);
  expect(planned("bundle exec rackup config.ru -p $PORT -o 0.0.0.0").port).toBe(8000);
});
test("Rails is no wrapper of the server that it loads", () => {
  const { port, variables } = planned("bundle exec rails server puma -p $PORT");
  expect(port).toBe(8000);
  expect(variables).toMatchObject({ BINDING: "0.0.0.0", PIDFILE: "/tmp/server.pid" });
});

describe("a store in a Procfile is told", () => {
  test.each([
    ["redis-server", 1],
    ["exec redis-server --port 6380", 1],
    ["postgres -D db", 1],
    ["sh -c 'memcached -l 127.0.0.1'", 1],
    ["redis-cli ping", 0],
    ["wait-for redis-server", 0],
    ["gunicorn postgres:app", 0],
  ])("%s: %i", (line, count) => expect(storeWarnings(line)).toHaveLength(count));
});

describe("a program that listens in a type without a port is told", () => {
  test.each([
    ["php artisan reverb:start --host=0.0.0.0 --port=8080", [25]],
    ["mailcatcher --foreground --http-ip=0.0.0.0", [25]],
    ["bundle exec rackup -p 9000", [12]],
    ["php artisan queue:work --timeout=1800", []],
    ["worker --host redis.internal --port 6379", []],
    ["worker --host 127.0.0.1", []],
  ])("%s", (line, offsets) => {
    expect(portOfNobody(line, "extra").map(({ offset }) => offset)).toEqual(offsets);
  });
});

describe("an address of this machine only is a problem", () => {
  test.each([
    ["npx serve -l tcp://localhost:5000", 10],
    ["serve -l unix:/tmp/socket", 6],
    ["bundle exec puma -b tcp://127.0.0.1:3000", 17],
    ["puma -b unix:///tmp/puma.sock", 5],
    ["python -m aiohttp.web app:make", 10],
    ["python -m aiohttp.web -P $PORT app:make", 22],
    ["caddy file-server --listen 127.0.0.1:8000", 18],
  ])("%s", (line, offset) => {
    expect(planned(line).problems.map((it) => it.offset)).toEqual([offset]);
  });
});

describe("a server of which a file says where it listens is told with the file", () => {
  test.each([
    ["nginx -c /app/nginx.conf -g 'daemon off;'", "its configuration says"],
    ["caddy run --config Caddyfile", "its Caddyfile says"],
  ])("%s", (line, words) => {
    const { port, problems, warnings } = planned(line);
    expect([port, problems]).toEqual([8000, []]);
    expect(warnings).toEqual([
      { offset: 0, message: expect.stringMatching(`${words}.*dash-scale:processes.web.port`) },
    ]);
  });
  test("unless the stack says the port", () => {
    const given = (processes: object) =>
      planOf({ procfile: "web: nginx -g 'daemon off;'", processes });
    const where = ({ warnings }: ReturnType<typeof planOf>) =>
      warnings.filter(({ message }) => message.startsWith("where nginx listens"));
    expect(where(given({}))).toHaveLength(1);
    expect(where(given({ web: { port: 8080 } }))).toEqual([]);
    expect(given({ web: { port: 8080 } }).processes[0]?.port?.port).toBe(8080);
  });
  test("a server behind it in the same line counts, wherever it stands", () => {
    expect(serverSettings("nginx & exec gunicorn -w 3 a:b", around())?.workers).toBe(3);
    expect(serverSettings("gunicorn -w 3 a:b & exec caddy run", around())?.workers).toBe(3);
  });
});

test("Caddy's own port is below 1024", () => {
  const { port, warnings } = planned("caddy file-server");
  expect(port).toBe(80);
  expect(warnings).toEqual([
    { offset: 0, message: expect.stringContaining("port 80 is below 1024") },
  ]);
});

describe("nginx writes where the container cannot", () => {
  const LINE = "nginx -g 'daemon off;'";
  test("which is told once", () => {
    expect(folderWarnings(LINE, [])).toEqual([
      { offset: 0, message: expect.stringContaining("nginxinc/nginx-unprivileged") },
    ]);
    expect(folderWarnings("serve -s build", [])).toEqual([]);
  });
  test("unless the stack makes its folders writable", () => {
    expect(folderWarnings(LINE, ["/app/cache"])).toHaveLength(1);
    expect(folderWarnings(LINE, ["/var/cache/nginx", "/run"])).toEqual([]);
  });
});

describe("what goes into the background ends its container", () => {
  test.each([
    ["nginx", 1],
    ["nginx -e stderr", 1],
    ["nginx -g 'worker_processes 1;'", 1],
    ["caddy start --config Caddyfile", 1],
    ["nginx -g 'daemon off;'", 0],
    ['nginx -g "daemon off;" -c a.conf', 0],
    ["nginx -c /app/nginx.conf", 0],
    ["nginx -t", 0],
    ["nginx -s reload", 0],
    ["nginx & gunicorn a:b", 0],
    ["caddy run", 0],
  ])("%s: %i", (line, count) => expect(daemonWarnings(line)).toHaveLength(count));
});
