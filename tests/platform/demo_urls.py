"""A town's addresses as a demonstration has them."""

from django.urls import include, path

import portail.urls

urlpatterns = [*portail.urls.urlpatterns, path("demo/", include("portail.urls_demo"))]
handler404 = portail.urls.handler404
