"""School meals as values: the allergens that the law names, the labels of a dish, a menu's week."""

from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Allergen(TextChoices):
    """The fourteen of annex II of regulation (EU) n° 1169/2011, which a canteen must tell."""

    GLUTEN = "gluten", _("Gluten")
    CRUSTACEANS = "crustaces", _("Crustacés")
    EGGS = "oeufs", _("Œufs")
    FISH = "poissons", _("Poissons")
    PEANUTS = "arachides", _("Arachides")
    SOY = "soja", _("Soja")
    MILK = "lait", _("Lait")
    NUTS = "fruits-a-coque", _("Fruits à coque")
    CELERY = "celeri", _("Céleri")
    MUSTARD = "moutarde", _("Moutarde")
    SESAME = "sesame", _("Sésame")
    SULPHITES = "sulfites", _("Sulfites")
    LUPIN = "lupin", _("Lupin")
    MOLLUSCS = "mollusques", _("Mollusques")


class DishLabel(TextChoices):
    ORGANIC = "bio", _("Bio")
    LOCAL = "local", _("Local")
    RED = "label-rouge", _("Label rouge")
    PROTECTED = "aop", _("AOP, AOC ou IGP")
    SUSTAINABLE_FISH = "peche-durable", _("Pêche durable")
    HOMEMADE = "maison", _("Fait maison")
    VEGETARIAN = "vegetarien", _("Végétarien")
    WITHOUT_PORK = "sans-porc", _("Sans porc")


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def school_week(day: date) -> list[date]:
    """Monday to Friday of the week of a day."""
    monday = monday_of(day)
    return [monday + timedelta(days=rank) for rank in range(5)]
