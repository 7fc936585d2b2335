"""School meals as values: the allergens that the law names, the labels of a dish, a menu's week."""

from datetime import date, timedelta

from django.db.models import TextChoices


class Allergen(TextChoices):
    """The fourteen of annex II of regulation (EU) n° 1169/2011, which a canteen must tell."""

    GLUTEN = "gluten", "Gluten"
    CRUSTACEANS = "crustaces", "Crustacés"
    EGGS = "oeufs", "Œufs"
    FISH = "poissons", "Poissons"
    PEANUTS = "arachides", "Arachides"
    SOY = "soja", "Soja"
    MILK = "lait", "Lait"
    NUTS = "fruits-a-coque", "Fruits à coque"
    CELERY = "celeri", "Céleri"
    MUSTARD = "moutarde", "Moutarde"
    SESAME = "sesame", "Sésame"
    SULPHITES = "sulfites", "Sulfites"
    LUPIN = "lupin", "Lupin"
    MOLLUSCS = "mollusques", "Mollusques"


class DishLabel(TextChoices):
    ORGANIC = "bio", "Bio"
    LOCAL = "local", "Local"
    RED = "label-rouge", "Label rouge"
    PROTECTED = "aop", "AOP, AOC ou IGP"
    SUSTAINABLE_FISH = "peche-durable", "Pêche durable"
    HOMEMADE = "maison", "Fait maison"
    VEGETARIAN = "vegetarien", "Végétarien"
    WITHOUT_PORK = "sans-porc", "Sans porc"


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def school_week(day: date) -> list[date]:
    """Monday to Friday of the week of a day."""
    monday = monday_of(day)
    return [monday + timedelta(days=rank) for rank in range(5)]
