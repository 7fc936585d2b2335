from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = "Réservations"

    def ready(self) -> None:
        from billing.purposes import register
        from booking.services.cart_payments import CART_PURPOSE, CartPurpose

        register(CART_PURPOSE, CartPurpose())
