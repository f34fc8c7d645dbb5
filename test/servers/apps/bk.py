from bokeh.plotting import figure, curdoc
p = figure(); p.line([1,2],[1,2]); curdoc().add_root(p)
