import time

from django.http import HttpResponse
from django.urls import path


def index(_request):
    return HttpResponse("ready")


def slow(_request):
    time.sleep(0.2)
    return HttpResponse("done")


def notes(_request):
    from .models import Note

    Note.objects.create(text="written")
    return HttpResponse(f"{Note.objects.count()} notes")


urlpatterns = [path("", index), path("slow", slow), path("notes", notes)]
