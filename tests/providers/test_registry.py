import pytest

from billing.providers.payfip.driver import PayFiP
from billing.providers.registry import DRIVERS, UnknownProviderError, get_driver


def test_every_registered_driver_loads_under_its_code():
    assert {code: get_driver(code).code for code in DRIVERS} == {code: code for code in DRIVERS}


def test_a_driver_is_loaded_once():
    assert isinstance(get_driver("payfip"), PayFiP)
    assert get_driver("payfip") is get_driver("payfip")


def test_an_unknown_code_names_the_known_ones():
    with pytest.raises(UnknownProviderError) as error:
        get_driver("payline")
    assert (
        str(error.value)
        == "Prestataire de paiement inconnu : « payline ». Connus : " + ", ".join(sorted(DRIVERS)) + "."
    )
