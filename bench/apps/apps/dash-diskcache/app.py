"""A Dash app with background callbacks as Dash's own documentation has them."""

import time

import diskcache
from dash import Dash, DiskcacheManager, Input, Output, html

app = Dash(__name__, background_callback_manager=DiskcacheManager(diskcache.Cache("./cache")))
server = app.server
app.layout = html.Main([html.Button("Run", id="run", n_clicks=0), html.P(id="result")])


@app.callback(
    Output("result", "children"),
    Input("run", "n_clicks"),
    background=True,
    prevent_initial_call=True,
)
def slow(clicks):
    time.sleep(1)
    return f"{clicks} clicks"
