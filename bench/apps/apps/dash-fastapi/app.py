"""A Dash app on FastAPI, whose callbacks come by WebSocket or by HTTP."""

import asyncio

from dash import Dash, Input, Output, html

app = Dash(__name__, backend="fastapi", websocket_callbacks=True)
server = app.server
app.layout = html.Main([html.Button("Run", id="run", n_clicks=0), html.P(id="result")])


@app.callback(Output("result", "children"), Input("run", "n_clicks"), prevent_initial_call=True)
async def slow(clicks):
    await asyncio.sleep(0.2)
    return f"{clicks} clicks"
