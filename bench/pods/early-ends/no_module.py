"""The commonest mistake of all: a package that the image lacks. What comes before takes its time."""

import dash
import package_that_is_not_installed

server = dash.Dash(__name__).server
