import { describe, expect, test } from "vitest";
import type { Variables } from "../../components/procfile/call.ts";
import { OWN_SERVERS } from "../../components/procfile/own-servers.ts";
import { portOfNobody, portPlan } from "../../components/procfile/port.ts";

const planned = (line: string, variables: Variables = {}, own = "Dash") =>
  portPlan(line, 8000, { variables, hasFile: false, ownServer: OWN_SERVERS.get(own) });
const told = (line: string, variables?: Variables) => {
  const { problems, warnings } = planned(line, variables);
  return [problems.map(({ offset }) => offset), warnings.map(({ offset }) => offset)];
};
const NOTHING = [[], []];

describe("the port is what the command says as a literal", () => {
  test.each([
    ["gunicorn a:b", 8000],
    ["gunicorn --bind 0.0.0.0:8050 a:b", 8050],
    ["gunicorn -b :10000 a:b", 10_000],
    ["gunicorn -b0.0.0.0:9000 a:b", 9000],
    ["gunicorn -b '[::]:9001' a:b", 9001],
    ["gunicorn --bind 0.0.0.0:$PORT a:b", 8000],
    ["gunicorn --bind 0.0.0.0:${PORT:-8050} a:b", 8000],
    ['gunicorn --bind "0.0.0.0:${PORT}" a:b', 8000],
    ["gunicorn -b :8001 -b :8002 a:b", 8002],
    ["PORT=8050 gunicorn a:b", 8050],
    ["env PORT=8051 gunicorn a:b", 8051],
    ["GUNICORN_CMD_ARGS='--bind 0.0.0.0:8052' gunicorn a:b", 8052],
    ["uvicorn a:b --host 0.0.0.0 --port 9000", 9000],
    ["uvicorn a:b --host 0.0.0.0 --port=$PORT", 8000],
    ["uvicorn a:b", 8000],
    ["hypercorn -b 0.0.0.0:5000 a:b", 5000],
    ["daphne -b 0.0.0.0 -p 8001 a:b", 8001],
    ["granian --host 0.0.0.0 --port 8002 a:b", 8002],
    ["fastapi run app.py", 8000],
    ["fastapi run app.py --port 9100", 9100],
    ["waitress-serve a:b", 8080],
    ["waitress-serve --port=$PORT a:b", 8000],
    ["waitress-serve --listen=*:6543 a:b", 6543],
    ["flask run -h 0.0.0.0 -p 5001", 5001],
    ["flask run", 8000],
    ["streamlit run app.py", 8000],
    ["streamlit run app.py --server.port 8501", 8501],
    ["bokeh serve app.py --port=5000", 5000],
    ["bokeh serve app.py", 5006],
    ["panel serve app.py --port $PORT --address 0.0.0.0", 8000],
    ["python manage.py runserver 0.0.0.0:$PORT", 8000],
    ["python manage.py runserver 0:8005", 8005],
    ["python app.py", 8000],
    ["PORT=8050 python app.py", 8050],
    ["PORT=3000 node server.js", 3000],
    ["npm start -- --port 3001", 3001],
    ["java -Dserver.port=8081 -jar app.jar", 8081],
    ["java -Dserver.port=$PORT -jar app.jar", 8000],
    ["node server.js", 8000],
    ["gunicorn a:b -b :${PORT:-${OTHER:-8080}}", 8000],
    ["gunicorn a:b -b :${OTHER:-${PORT:-8080}}", 8000],
    ["gunicorn a:b -b :${OTHER:-${ANOTHER:-8081}}", 8081],
    ["uwsgi --http-socket :8006 -w a:b", 8006],
    ["uwsgi --http=0.0.0.0:$PORT -w a:b", 8000],
    ["uwsgi --socket :8007 --protocol=http -w a:b", 8007],
    ["sanic a:b -H 0.0.0.0 -p 8008", 8008],
    ["chainlit run app.py", 8000],
    ["voila --Voila.ip=0.0.0.0 --port=8009", 8009],
    ["python -m waitress --port 8010 a:b", 8010],
    ["django-admin runserver 0.0.0.0:8011", 8011],
    ["php -S 0.0.0.0:8012 -t public", 8012],
    ["npm run start -- -p 3000", 3000],
    ["bin/rails server -p 3001", 3001],
    ["node server.js -p 4", 8000],
    ["jupyter lab --ip=0.0.0.0 --port=8888", 8888],
    ["serve -s build", 8000],
    ["npx serve -l 5000", 5000],
    ["npx -y serve@14 -s build -l 5000", 8000],
    ["serve build -p $PORT", 8000],
    ["serve --listen=tcp://0.0.0.0:5001", 5001],
    ["npm exec -- serve -l 5002", 5002],
    ["pnpm dlx serve -l :5003", 5003],
    ["puma -p 3001", 3001],
    ["bundle exec puma -C config/puma.rb", 8000],
    ["bundle exec puma -b tcp://0.0.0.0:3002", 3002],
    ["bundle exec puma -b 'tcp://[::]:3003' -t 5:5", 3003],
    ["bin/start-nginx bundle exec puma -p 3004 -t 1", 3004],
    ["python -m aiohttp.web -H 0.0.0.0 -P 8013 app:make", 8013],
    ["caddy file-server --root site --listen :8014", 8014],
    ["nginx & gunicorn a:b -b :8015", 8015],
    ["gunicorn a:b -b :8016 & caddy run", 8016],
  ])("%s: %i", (line, port) => {
    expect(planned(line).port).toBe(port);
    expect(told(line)).toEqual(NOTHING);
  });
  test("or what a variable says", () => {
    expect(planned("gunicorn a:b", { GUNICORN_CMD_ARGS: "-b :8053" }).port).toBe(8053);
    expect(planned("uvicorn a:b", { UVICORN_PORT: "8054" }).port).toBe(8054);
    expect(planned("gunicorn -b :$MINE a:b", { MINE: "8055" }).port).toBe(8055);
    expect(planned("uwsgi -w a:b", { UWSGI_HTTP: "0.0.0.0:8056" }).port).toBe(8056);
  });
});

describe("servers that would listen on this machine only are led to every address by their own variable", () => {
  test.each([
    ["python app.py", { HOST: "0.0.0.0", PORT: "8000" }],
    ["uvicorn a:b", { UVICORN_HOST: "0.0.0.0", UVICORN_PORT: "8000", PORT: "8000" }],
    ["uvicorn a:b --port 9000", { UVICORN_HOST: "0.0.0.0", PORT: "9000" }],
    ["granian a:b", { GRANIAN_HOST: "0.0.0.0", GRANIAN_PORT: "8000", PORT: "8000" }],
    ["flask run", { FLASK_RUN_HOST: "0.0.0.0", FLASK_RUN_PORT: "8000", PORT: "8000" }],
    [
      "streamlit run app.py",
      { STREAMLIT_SERVER_ADDRESS: "0.0.0.0", STREAMLIT_SERVER_PORT: "8000", PORT: "8000" },
    ],
    ["chainlit run app.py", { CHAINLIT_HOST: "0.0.0.0", CHAINLIT_PORT: "8000", PORT: "8000" }],
    ["java -jar app.jar", { SERVER_PORT: "8000", PORT: "8000" }],
    ["java -jar app.jar --server.port=8081", { PORT: "8081" }],
    ["php artisan serve", { SERVER_HOST: "0.0.0.0", SERVER_PORT: "8000", PORT: "8000" }],
    ["php -S 0.0.0.0:8012", { PORT: "8012" }],
    ["bundle exec rails s", { BINDING: "0.0.0.0", PIDFILE: "/tmp/server.pid", PORT: "8000" }],
    ["BINDING=:: bin/rails server", { PIDFILE: "/tmp/server.pid", PORT: "8000" }],
    ["fastapi run", { PORT: "8000" }],
    ["gunicorn a:b", { PORT: "8000" }],
  ])("%s", (line, variables) => expect(planned(line).variables).toEqual(variables));
  test("unless the stack says otherwise", () => {
    expect(planned("uvicorn a:b", { UVICORN_HOST: "0.0.0.0" }).variables).toEqual({
      UVICORN_PORT: "8000",
      PORT: "8000",
    });
  });
});

describe("what nothing outside the pod reaches is a problem, at its column", () => {
  test.each([
    ["gunicorn -b 127.0.0.1:8000 a:b", 9],
    ["gunicorn --bind localhost:8000 a:b", 9],
    ["gunicorn -b unix:/tmp/x.sock a:b", 9],
    ["uvicorn a:b --host 127.0.0.1", 12],
    ["uvicorn a:b --host localhost --port 80", 12],
    ["hypercorn a:b", 0],
    ["hypercorn -b 127.0.0.1:8000 a:b", 10],
    ["daphne a:b", 0],
    ["daphne -p 8000 a:b", 7],
    ["fastapi dev app.py", 0],
    ["cd x && gunicorn -b 127.0.0.1:8000 a:b > log 2>&1", 17],
    ["sh -c 'cd x; gunicorn -b 127.0.0.1:8000 a:b'", 22],
    ["python manage.py runserver", 7],
    ["python manage.py runserver 8001", 27],
    ["sanic a:b", 0],
    ["voila --port=8009", 6],
    ["uwsgi --http-socket 127.0.0.1:8000 -w a:b", 6],
  ])("%s", (line, offset) => expect(told(line)[0]).toEqual([offset]));
  test.each([
    ["rails server -b 127.0.0.1", []],
    ["rails server --binding 127.0.0.1", [13]],
    ["mlflow server --host localhost --port 5000", [14]],
    ["php -S localhost:8000", [4]],
  ])("only a warning where the program is not known: %s", (line, offsets) => {
    expect(told(line)).toEqual([[], offsets]);
  });
  test("a port that such a program names stays its port", () => {
    expect(planned("mlflow server --host localhost --port 5000").port).toBe(5000);
  });
  test.each([
    "bin/start-nginx gunicorn -b unix:/tmp/nginx.socket a:b",
    "gunicorn -b 127.0.0.1:8001 a:b & exec nginx",
  ])("only a warning where a proxy may stand before it, which listens on $PORT: %s", (line) => {
    expect(told(line).map(({ length }) => length)).toEqual([0, 1]);
    expect(planned(line)).toMatchObject({ port: 8000, variables: { PORT: "8000" } });
  });
});

describe("a warning at its column", () => {
  test.each([
    ["gunicorn -b 0.0.0.0:80 a:b", 9],
    ["uvicorn a:b --host 0.0.0.0 --port 443", 12],
    ["gunicorn -b 0.0.0.0:$MY_PORT a:b", 9],
    ["uvicorn a:b --port $(pick)", 12],
  ])("%s", (line, offset) => expect(told(line)[1]).toEqual([offset]));
});

describe("$PORT in a type that has none", () => {
  test.each([
    ["celery -A a flower --port=$PORT", 26],
    ["celery -A a flower --port=${PORT}", 26],
    ["celery -A a flower --port=${PORT:-5555}", undefined],
    ["PORT=5555 sh -c 'flower $PORT'", undefined],
    ["run '$PORT'", undefined],
    ["run $PORTAL", undefined],
  ])("%s", (line, offset) => {
    expect(portOfNobody(line, "flower").map((it) => it.offset)).toEqual(
      offset === undefined ? [] : [offset],
    );
  });
});
