"""A Dash app that has loaded and answers, and whose process ends some seconds later."""

import os
import threading

from dash import Dash, html

app = Dash(__name__)
app.layout = html.Main("Not for long")
server = app.server

threading.Timer(float(os.environ["SECONDS"]), os._exit, [1]).start()
