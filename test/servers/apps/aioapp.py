"""The smallest app of aiohttp."""

from aiohttp import web


def make(argv):
    return web.Application()
