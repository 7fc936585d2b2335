"""What booking says when two files of one family are united: see core.merging."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import QuerySet

from booking.enums import LIVE, OPEN_WAITING
from booking.models import BookingDraft, Cart, Opening, Place, Reservation, WaitingEntry
from core.merging import (
    Key,
    Mover,
    Rank,
    Reunion,
    keep_the_others,
    move_plainly,
    register_lock,
    register_mover,
    register_obstacles,
    register_words,
)
from core.words import NBSP, and_list, short_date


def register() -> None:
    register_lock(Rank.CART, lambda reunion: Cart.objects.filter(household__in=reunion.households))
    register_lock(Rank.OPENING, _openings_of)
    register_lock(Rank.RESERVATION, lambda reunion: Reservation.objects.filter(household=reunion.gone))
    register_words(
        {
            "booking.AttendanceAct": "pointages",
            "booking.BookingDraft": "réservations commencées",
            "booking.CalendarFeed": "adresses d’agenda",
            "booking.Enrolment": "inscriptions à une activité",
            "booking.FamilyPriority": "priorités",
            "booking.Place": "jours réservés",
            "booking.WaitingEntry": "jours en liste d’attente",
        }
    )
    register_obstacles("booking.doubles", _doubles)
    register_mover("booking.Place.child", move_plainly)  # _doubles saw to it
    register_mover("booking.WaitingEntry.child", move_plainly)
    register_mover("booking.Enrolment.child", keep_the_others("activity", "valid_from"))
    register_mover("booking.BookingDraft.child", _unite_drafts("household", "period"))
    register_mover("booking.BookingDraft.household", _unite_drafts("child", "period"))
    register_mover("booking.FamilyPriority.household", keep_the_others("criterion"))
    register_mover("booking.CalendarFeed.household", keep_the_others())
    register_mover("booking.Cart.household", _move_carts)


def _openings_of(reunion: Reunion) -> QuerySet[Opening]:
    held = Place.objects.filter(child__in=reunion.children, state__in=LIVE)
    return Opening.objects.filter(pk__in=held.values("opening"))


def _doubles(reunion: Reunion) -> Iterable[str]:
    """One child cannot hold a day twice, nor wait twice for it: an agent says which of the two remains."""
    pairs = reunion.children
    for rows, told in (
        (Place.objects.filter(state__in=LIVE), "a réservé deux fois"),
        (WaitingEntry.objects.filter(state__in=OPEN_WAITING), "attend deux fois une place"),
    ):
        held = rows.filter(child__in=pairs).select_related("opening", "child")
        taken = set(rows.filter(child__in=pairs.values()).values_list("child_id", "opening_id"))
        doubles = [one for one in held if (pairs[one.child_id], one.opening_id) in taken]
        doubles.sort(key=lambda one: (one.child_id, one.opening.date))
        for _, days in groupby(doubles, key=lambda one: one.child_id):
            found = list(days)
            dates = and_list(sorted({short_date(one.opening.date) for one in found}))
            yield (
                f"{found[0].child.first_name} {told} ({dates}){NBSP}: annulez d’abord l’une des deux, "
                "dans l’un ou l’autre dossier."
            )


def _unite_drafts(*same: str) -> Mover:
    """What both files had ticked is kept; on a day that both tell of, the kept one's holds."""

    def move(key: Key, reunion: Reunion) -> None:
        for gone, kept in reunion.pairs(key.related_model).items():
            for draft in BookingDraft.objects.filter(**{key.attname: gone}):
                mine = {name: getattr(draft, name) for name in same}
                if twin := BookingDraft.objects.filter(**{key.attname: kept}, **mine).first():
                    twin.wishes = draft.wishes | twin.wishes
                    asked = {int(opening) for opening in twin.wishes}
                    twin.cancellations = sorted({*draft.cancellations, *twin.cancellations} - asked)
                    twin.save(update_fields=["wishes", "cancellations"])
                    draft.delete()
        move_plainly(key, reunion)

    return move


def _move_carts(key: Key, reunion: Reunion) -> None:
    kept = {cart.regie_id: cart for cart in Cart.objects.filter(household=reunion.kept)}
    for cart in Cart.objects.filter(household=reunion.gone, regie__in=kept):
        Reservation.objects.filter(cart=cart).update(cart=kept[cart.regie_id])
        cart.delete()
    move_plainly(key, reunion)
