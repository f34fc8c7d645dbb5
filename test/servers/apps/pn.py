import panel as pn
pn.extension()
pn.panel("hello").servable()
