"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openoms.config.settings")

application = get_wsgi_application()

# What is loaded now stays: the collector need not walk through it again in the middle of requests.
gc.collect()
gc.freeze()
