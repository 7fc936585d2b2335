"""Every shape of a tariff, and the reader that chooses one by its `type`.

A tariff is data: a base shape, held by the shapes that choose or change it. A new shape is a class with `price`
and a name in `AnyTariff`; one that depends on other tariffs holds them as fields.
"""

from types import ModuleType
from typing import Annotated

from pydantic import Field, TypeAdapter

from billing.pricing import changes, choices, durations, volumes
from billing.pricing.changes import Aided, Bounded, Membership, Supplement
from billing.pricing.choices import (
    ByAge,
    ByCase,
    ByLevel,
    ByResidence,
    BySiblings,
    OutsideSurcharge,
    SiblingDiscount,
)
from billing.pricing.durations import DurationTable, StartedUnits
from billing.pricing.facts import PricingFacts, UnitPrice
from billing.pricing.fields import TariffModel
from billing.pricing.means import Brackets, CostShare, EffortRate, Flat, Interpolation
from billing.pricing.shape import Shape
from billing.pricing.volumes import Forfait, FromNth, Pack, Steps, VolumeDiscount

__all__ = ["TARIFF_RULE", "Brackets", "Flat", "PricingFacts", "Shape", "TariffRule", "UnitPrice"]


AnyTariff = (
    Flat
    | Brackets
    | EffortRate
    | Interpolation
    | CostShare
    | ByResidence
    | OutsideSurcharge
    | ByLevel
    | ByAge
    | BySiblings
    | SiblingDiscount
    | ByCase
    | Supplement
    | Bounded
    | Aided
    | Membership
    | StartedUnits
    | DurationTable
    | Forfait
    | Pack
    | Steps
    | VolumeDiscount
    | FromNth
)
TariffRule = Annotated[AnyTariff, Field(discriminator="type")]


def _close_the_loop(*modules: ModuleType) -> None:
    """Shapes hold tariffs, and a tariff is any shape: their modules name `TariffRule` before it exists."""
    for module in modules:
        for model in vars(module).values():
            if (
                isinstance(model, type)
                and issubclass(model, TariffModel)
                and model.__module__ == module.__name__
            ):
                model.model_rebuild(_types_namespace={"TariffRule": TariffRule})


_close_the_loop(choices, changes, durations, volumes)

TARIFF_RULE: TypeAdapter[AnyTariff] = TypeAdapter(TariffRule)
