from dash import Dash, html
app = Dash(__name__)
app.layout = html.Div("hello")
server = app.server
if __name__ == "__main__":
    app.run()
