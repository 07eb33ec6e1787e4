"""The list of artists in Django: the same rows out of the same database, the same filters around them.

    gunicorn artist_list:application   (PEER_DATABASE and PEER_FILTERS say where both are)

Django's object mapper reads the rows, its template engine writes the page, as its own tutorial does
it. PEER_FILTERS is a file of JSON: the addresses and labels of the filters that the page offers.
"""

import json
import os

from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of-a-benchmark-on-this-machine-alone",
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PEER_DATABASE"]}
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            "list.html": """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Find an act</title></head><body>
<h1>Find an act</h1>
{% for panel in panels %}<details><summary>{{ panel.label }}</summary><ul>
{% for choice in panel.choices %}<li><a href="{{ choice.url }}">{{ choice.label }}</a></li>
{% endfor %}</ul></details>
{% endfor %}<h2>{{ count }} acts</h2><ol>
{% for act in acts %}<li><div class="cover">{{ act.cover|safe }}</div>
<h3><a href="/artists/{{ act.slug }}">{{ act.name }}</a></h3>
<p class="genres">{{ act.genres }}</p><p class="figure"><b>{{ act.popularity }}</b></p>
<p class="place">{{ act.city }}, {{ act.country }}</p></li>
{% endfor %}</ol></body></html>"""
                        },
                    )
                ]
            },
        }
    ],
)

import django  # noqa: E402

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Card(models.Model):
    artist = models.BigIntegerField(primary_key=True)
    slug = models.TextField()
    name = models.TextField()
    genres = models.TextField()
    country = models.TextField()
    city = models.TextField()
    popularity = models.BigIntegerField()

    class Meta:
        app_label = "peers"
        db_table = "artist_cards"
        managed = False


with open(os.environ["PEER_FILTERS"]) as file:
    GIVEN = json.load(file)


def acts(request):
    cards = list(Card.objects.order_by("-popularity", "-artist")[:25])
    for card in cards:
        card.cover = GIVEN["cover"]
    count = Card.objects.all()[:1001].count()
    shown = {"panels": GIVEN["panels"], "acts": cards[:24], "count": count}
    page = render(request, "list.html", shown)
    # Without it gunicorn sends the page in chunks, which the client here does not read.
    page["Content-Length"] = str(len(page.content))
    return page


urlpatterns = [path("artists", acts)]
application = get_wsgi_application()
