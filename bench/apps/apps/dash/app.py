"""A Dash app with one callback that takes a moment."""

import time

from dash import Dash, Input, Output, html

app = Dash(__name__)
server = app.server
app.layout = html.Main([html.Button("Run", id="run", n_clicks=0), html.P(id="result")])


@app.callback(Output("result", "children"), Input("run", "n_clicks"), prevent_initial_call=True)
def slow(clicks):
    time.sleep(0.2)
    return f"{clicks} clicks"


if __name__ == "__main__":
    app.run()
