"""A Flask app with a page that takes a moment."""

import time

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "ready"


@app.get("/slow")
def slow():
    time.sleep(0.2)
    return "done"
