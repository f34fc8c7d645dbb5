"""The same as an ASGI app, whose only process ends, and with it the container."""

import os
import threading

threading.Timer(float(os.environ["SECONDS"]), os._exit, [1]).start()


async def server(scope, receive, send):
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"not for long"})
