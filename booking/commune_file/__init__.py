"""The offer and its worked examples, as tables of a town's file."""

from booking.commune_file.examples import ExamplesSection
from booking.commune_file.offer import OfferSection
from core.commune_file.sections import register

register(OfferSection, ExamplesSection)
