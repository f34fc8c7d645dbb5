"""A Dash app that has a worker do its work, with a schedule."""

from dash import Dash, Input, Output, html

from tasks import add, store

app = Dash(__name__)
server = app.server
app.layout = html.Main([html.Button("Run", id="run", n_clicks=0), html.P(id="result")])


@app.callback(Output("result", "children"), Input("run", "n_clicks"), prevent_initial_call=True)
def slow(clicks):
    return f"{add.delay(clicks, 1).get(timeout=20)} clicks"


@server.get("/task")
def task():
    return f"the sum is {add.delay(2, 3).get(timeout=20)}"


@server.get("/scheduled")
def scheduled():
    return f"{int(store.get('ticks') or 0)} times"
