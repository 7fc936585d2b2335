"""The offer and its worked examples, as tables of a town's file."""

import billing.commune_file  # noqa: F401 - its tables come first: the offer refers to régies and tariffs
from booking.commune_file.examples import ExamplesSection
from booking.commune_file.offer import OfferSection
from core.commune_file.sections import register

register(OfferSection, ExamplesSection)
