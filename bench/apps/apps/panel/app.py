import panel as pn

button = pn.widgets.Button(name="Run")
pn.Column("# Ready", button, pn.bind(lambda clicks: f"{clicks} clicks", button.param.clicks)).servable()
