"""A Dash app with one button that starts four slow callbacks at once.

One replica with one worker serves them one after the other, in about eight seconds; four replicas serve them in about two.
"""

import os
import socket
import time

from dash import Dash, Input, Output, html

CALLBACKS = 4
SECONDS = float(os.environ.get("CALLBACK_SECONDS", "2"))

app = Dash(__name__, title="Four callbacks")
server = app.server
# Every replica must sign with the same key; what is not set stays as Flask has it.
server.secret_key = os.environ.get("DASH_SECRET_KEY")

app.layout = html.Main(
    [
        html.H1("Four callbacks"),
        html.Button("Run all four", id="run", n_clicks=0),
        html.Ul([html.Li(id=f"result-{number}") for number in range(1, CALLBACKS + 1)]),
    ]
)


def add_callback(number: int) -> None:
    """One callback each, since Dash asks for the outputs of one callback in one request."""

    @app.callback(
        Output(f"result-{number}", "children"),
        Input("run", "n_clicks"),
        prevent_initial_call=True,
    )
    def slow_callback(_clicks: int) -> str:
        started = time.monotonic()
        time.sleep(SECONDS)
        took = time.monotonic() - started
        return f"Callback {number}: {took:.1f} s in pod {socket.gethostname()}"


for callback_number in range(1, CALLBACKS + 1):
    add_callback(callback_number)
