from sanic import Sanic, text
app = Sanic("shop")
@app.get("/")
async def root(_):
    return text("ok")
