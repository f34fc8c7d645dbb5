import { describe, expect, test } from "vitest";
import { listensInCode } from "../../components/procfile/script-code.ts";

const open = { kind: "open" } as const;
const unknown = { kind: "unknown" } as const;
const literal = <Value>(value: Value) => ({ kind: "literal", value }) as const;

describe("where a script listens", () => {
  test.each([
    ["app.run()", open, open],
    ["app.run(debug=True)", open, open],
    ["app.run_server(host='0.0.0.0', port=8050)", literal("0.0.0.0"), literal(8050)],
    ["app.run(\n    host = HOST,\n    port = 8050,\n)", unknown, literal(8050)],
    ['app.run(port=int(os.environ.get("PORT", 8050)))', open, { kind: "variable" }],
    ["app.run(port=int(os.getenv('PORT') or str(default())))", open, { kind: "variable" }],
    ['port = os.environ["PORT"]\napp.run("0.0.0.0", port=port)', open, { kind: "variable" }],
    ["app.run(port=config.port)", open, unknown],
    ["app.run(port=5000 + offset)", open, unknown],
    ["demo.launch(server_name='127.0.0.1', server_port=7000)", literal("127.0.0.1"), literal(7000)],
    ["uvicorn.run(app)", literal("127.0.0.1"), literal(8000)],
    ['uvicorn.run("a:app", host="::", port=9000, reload=True)', literal("::"), literal(9000)],
    ["dash_app.run(port=8051)", open, literal(8051)],
    ["web.run_app(app)", literal("0.0.0.0"), literal(8080)],
    ["aiohttp.web.run_app(make(), port=9001)", literal("0.0.0.0"), literal(9001)],
    ['web.run_app(app, host="localhost")', literal("localhost"), literal(8080)],
    [
      'web.run_app(app, port=int(os.environ["PORT"]))',
      literal("0.0.0.0"),
      { kind: "variable" } as const,
    ],
    ["import tornado.web\napp.listen(8888)", literal("0.0.0.0"), literal(8888)],
    ["from tornado import web\nserver.listen(port=8889)", literal("0.0.0.0"), literal(8889)],
    ["import tornado\napp.listen(8890, '127.0.0.1')", literal("127.0.0.1"), literal(8890)],
    ["import tornado\napp.listen(8891, address=HOST)", unknown, literal(8891)],
    ["import tornado\napp.listen(options.port)", literal("0.0.0.0"), unknown],
  ])("%s", (code, host, port) => {
    expect(listensInCode(code, "app.py")).toMatchObject({ host, port });
  });
  test("is told with the line of the code", () => {
    expect(listensInCode("import x\n# app.run(port=1)\n\napp.run(port=2)", "a/b.py")).toMatchObject(
      {
        at: "a/b.py:4",
        port: literal(2),
      },
    );
  });
  test.each([
    "asyncio.run(main())",
    "socket.listen(5)",
    "sock.bind(a)\nsock.listen(8888)",
    "subprocess.run(['make'], check=True)",
    "app = Dash()",
    "app.run(port=1)\nother.run(port=2)",
    "app.run(port=(((((1))))",
    "",
  ])("is not known by %s", (code) => {
    expect(listensInCode(code, "app.py")).toBeUndefined();
  });
  test("is looked for in no time, whatever the code", () => {
    const begun = performance.now();
    listensInCode("app.run(".repeat(12_000), "app.py");
    listensInCode(`app.run(${"(".repeat(90_000)}`, "app.py");
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
