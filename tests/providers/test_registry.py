import pytest

from billing.providers.base import Callback, Mode, ProviderError
from billing.providers.payfip.driver import PayFiP
from billing.providers.registry import DRIVERS, UnknownProviderError, get_driver
from tests.providers.orders import make_order


def test_every_registered_driver_loads_under_its_code():
    assert {code: get_driver(code).code for code in DRIVERS} == {code: code for code in DRIVERS}


def test_a_driver_is_loaded_once():
    assert isinstance(get_driver("payfip"), PayFiP)
    assert get_driver("payfip") is get_driver("payfip")


def test_an_unknown_code_names_the_known_ones():
    with pytest.raises(UnknownProviderError) as error:
        get_driver("inconnu")
    assert (
        str(error.value)
        == "Prestataire de paiement inconnu : « inconnu ». Connus : " + ", ".join(sorted(DRIVERS)) + "."
    )


def test_a_means_of_the_past_keeps_its_name_and_starts_nothing():
    payline = get_driver("payline")

    assert (payline.code, payline.label) == ("payline", "PAYLINE")
    assert "payline" not in DRIVERS
    assert payline.read_callback({}, Mode.TEST, Callback({"token": "x"})) is None
    with pytest.raises(ProviderError, match="PAYLINE n’est plus proposé"):
        payline.start({}, Mode.PRODUCTION, make_order())
