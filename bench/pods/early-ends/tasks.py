"""Celery without a broker: the worker goes on trying to reach one."""

from celery import Celery

app = Celery("tasks", broker="redis://127.0.0.1:1/0")
