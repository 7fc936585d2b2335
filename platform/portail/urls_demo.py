"""Addresses that exist only in a demonstration: the mails that were not sent, the components."""

from django.urls import path

from portail.demo.mails import demo_mail, demo_mail_html, demo_mails
from themes.views import gallery

urlpatterns = [
    path("courriels/", demo_mails, name="demo_mails"),
    path("courriels/<int:pk>/", demo_mail, name="demo_mail"),
    path("courriels/<int:pk>/html/", demo_mail_html, name="demo_mail_html"),
    path("composants/", gallery, name="gallery"),
]
