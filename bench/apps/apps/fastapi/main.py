"""A FastAPI app with a page that takes a moment."""

import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def index():
    return "ready"


@app.get("/slow")
async def slow():
    await asyncio.sleep(0.2)
    return "done"
