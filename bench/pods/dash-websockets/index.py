"""The four slow callbacks on FastAPI, where a page may run them by HTTP or over its WebSocket."""

import os
import socket
import time

from dash import Dash, Input, Output, html

SECONDS = float(os.environ.get("CALLBACK_SECONDS", "2"))

app = Dash(__name__, backend="fastapi", websocket_callbacks=True)
server = app.server
numbers = range(1, 5)
app.layout = html.Main(
    [html.Button("Run all four", id="run", n_clicks=0)]
    + [html.Div(id=f"result-{number}") for number in numbers]
)


def add_callback(number: int) -> None:
    @app.callback(
        Output(f"result-{number}", "children"),
        Input("run", "n_clicks"),
        prevent_initial_call=True,
    )
    def slow_callback(_clicks: int) -> str:
        time.sleep(SECONDS)
        return f"Callback {number}: {SECONDS} s in pod {socket.gethostname()}"


for callback_number in numbers:
    add_callback(callback_number)
