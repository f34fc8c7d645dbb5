"""Tasks: one that the app asks for, and one that beat asks for every two seconds."""

import os

import redis
from celery import Celery

URL = os.environ["REDIS_URL"]
celery = Celery("tasks", broker=URL, backend=URL)
celery.conf.beat_schedule = {"tick": {"task": "tasks.tick", "schedule": 2.0}}
store = redis.Redis.from_url(URL)


@celery.task
def add(first, second):
    return first + second


@celery.task
def tick():
    store.incr("ticks")
