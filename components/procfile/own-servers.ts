import type { Server } from "./server-row.ts";
import { ANY, LOCAL, NEVER, ONE, UNKNOWN } from "./server-row.ts";

/** What `python app.py` serves with, by what the app is made with. */
export const OWN_SERVERS: ReadonlyMap<string, Server> = new Map(
  [
    {
      framework: "Dash",
      ignoresSigterm: true,
      source: "https://dash.plotly.com/reference#app.run",
      host: { variables: ["HOST"], fallback: LOCAL },
      port: { variables: ["PORT"], fallback: 8050 },
    },
    {
      framework: "Gradio",
      asynchronous: true,
      source: "https://www.gradio.app/guides/environment-variables",
      host: { variables: ["GRADIO_SERVER_NAME"], fallback: LOCAL },
      port: { variables: ["GRADIO_SERVER_PORT"], fallback: 7860 },
    },
    {
      framework: "NiceGUI",
      asynchronous: true,
      source: "https://nicegui.io/documentation/run#ui_run",
      host: { fallback: undefined },
      port: { fallback: undefined },
      inCode: {
        listens: "ui.run() alone: 0.0.0.0:8080",
        alone: { host: ANY, port: 8080 },
        remedy: 'ui.run(port=int(os.environ["PORT"]), reload=False)',
      },
    },
    {
      framework: "Flask",
      ignoresSigterm: true,
      source: "https://flask.palletsprojects.com/en/stable/api/#flask.Flask.run",
      host: { fallback: undefined },
      port: { fallback: undefined },
      inCode: {
        listens: "app.run() alone: 127.0.0.1:5000, which nothing outside the pod reaches",
        alone: { host: LOCAL, port: 5000 },
        remedy: 'app.run(host="0.0.0.0", port=int(os.environ["PORT"])), or run gunicorn',
      },
    },
  ].map((row) => [
    row.framework,
    {
      name: `${row.framework}'s own server`,
      command: ["python"],
      workers: ONE,
      threads: UNKNOWN,
      gracefulTimeout: { fallback: 30 },
      requestTimeout: NEVER,
      ...row,
    },
  ]),
);
