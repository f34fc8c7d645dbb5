"""A Dash app with data in every worker: more than half a gibibyte in four of them."""

import os

from dash import Dash, html

DATA = os.urandom(120 * 2**20)

app = Dash(__name__)
app.layout = html.Main(f"{len(DATA)} bytes")
server = app.server
