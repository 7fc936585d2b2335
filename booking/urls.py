"""A family's bookings: « Mon compte », the journey from child to basket, and what was booked."""

from django.urls import include, path

from booking.views.account import account
from booking.views.cart import cart, cart_pay, cart_withdraw, payment_start
from booking.views.choices import booking_child, booking_period
from booking.views.planning import booking_planning
from booking.views.recap import booking_confirm, booking_recap, booking_recorded
from booking.views.reservations import reservation_detail, reservation_list, reservation_pdf
from booking.views.together import booking_together, booking_together_planning
from booking.views.together_recap import (
    booking_together_confirm,
    booking_together_recap,
    booking_together_recorded,
)

_PERIOD = "reservation/<int:child_id>/<slug:period_code>"

urlpatterns = [
    path("mon-compte/", account, name="account"),
    path("reservation/", booking_child, name="booking_child"),
    path("reservation/ensemble/", booking_together, name="booking_together"),
    path("reservation/ensemble/planning/", booking_together_planning, name="booking_together_planning"),
    path("reservation/ensemble/recapitulatif/", booking_together_recap, name="booking_together_recap"),
    path("reservation/ensemble/confirmer/", booking_together_confirm, name="booking_together_confirm"),
    path("reservation/ensemble/enregistrees/", booking_together_recorded, name="booking_together_recorded"),
    path("reservation/<int:child_id>/", booking_period, name="booking_period"),
    path(f"{_PERIOD}/planning/", booking_planning, name="booking_planning"),
    path(f"{_PERIOD}/recapitulatif/", booking_recap, name="booking_recap"),
    path(f"{_PERIOD}/confirmer/", booking_confirm, name="booking_confirm"),
    path("mes-reservations/", reservation_list, name="reservation_list"),
    path("mes-reservations/<int:pk>/", reservation_detail, name="reservation_detail"),
    path("mes-reservations/<int:pk>/attestation/", reservation_pdf, name="reservation_pdf"),
    path("mes-reservations/<int:pk>/enregistree/", booking_recorded, name="booking_recorded"),
    path("panier/", cart, name="cart"),
    path("panier/retirer/<int:pk>/", cart_withdraw, name="cart_withdraw"),
    path("panier/<slug:regie_code>/paiement/", cart_pay, name="cart_pay"),
    path("panier/<slug:regie_code>/payer/", payment_start, name="payment_start"),
    path("", include("booking.urls_absences")),
    path("", include("booking.urls_papers")),
    path("", include("booking.urls_waiting")),
    path("", include("booking.urls_feeds")),
    path("agent/reglages/", include("booking.urls_settings")),
    path("", include("booking.urls_office")),
]
