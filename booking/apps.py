from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = "Réservations"

    def ready(self) -> None:
        from billing import campaign_checks, counter_sales, purposes, recorded
        from booking import merging, privacy, told  # noqa: F401  told declares the sentences that are kept in French
        from booking.models import Activity, Period, ServiceChange
        from booking.queries.abouts import reservation_about
        from booking.queries.audiences import Activities, Expected, Periods
        from booking.queries.reach import children_of_activities, places_of_activities
        from booking.queries.recorded import recorded_costs, recorded_times
        from booking.queries.unmarked import unmarked_bookings
        from booking.services.cart_counter import carts_to_pay
        from booking.services.cart_payments import CART_PURPOSE, CartPurpose
        from booking.services.child_moves import ChildMoves
        from core import abouts, audiences, consequences, journal_pages, scope_places
        from core.queries import reach
        from core.rights import ScopeKind

        merging.register()
        privacy.register()
        abouts.register("reservation", reservation_about)
        audiences.register(Activities(), Periods(), Expected())
        consequences.register("booking", ChildMoves())
        purposes.register(CART_PURPOSE, CartPurpose())
        counter_sales.register("booking.carts", carts_to_pay)
        campaign_checks.register("booking.unmarked", unmarked_bookings)
        recorded.register("booking.times", recorded_times)
        scope_places.register(ScopeKind.ACTIVITY, places_of_activities)
        reach.register_touching("booking", children_of_activities)
        recorded.register("booking.costs", recorded_costs)
        journal_pages.register(Period, journal_pages.at("agent_places_period"))
        journal_pages.register(Activity, journal_pages.at("agent_enrolment_activity"))
        journal_pages.register(ServiceChange, journal_pages.at("agent_change"))
