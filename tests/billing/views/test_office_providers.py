"""The régies' payment accounts at the desk: fields of the driver, secrets that are only written, the provider asked."""

from datetime import timedelta

import pytest
from django.urls import reverse

from billing.models import Payment, ProviderAccount
from billing.providers.base import Mode, OutcomeState
from billing.providers.registry import DRIVERS
from billing.services.accounts import current_account
from billing.services.callbacks import hear_notification
from core.clock import frozen
from tests.factories.billing import a_payment
from tests.factories.people import an_agent
from tests.factories.providers import BENCHES, Bench, PayFiPBench, StripeBench
from tests.harness.clients import TownClient
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def desk(commune, now):
    with frozen(now):
        yield TownClient(commune, an_agent())


@pytest.fixture(params=sorted(DRIVERS))
def bench(request, settings, now) -> Bench:
    with BENCHES[request.param](now=lambda: now) as bench:
        bench.point(settings)
        yield bench


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def page(name: str, *args: str) -> str:
    return reverse(f"agent_provider{name}", args=args)


def save(desk, driver: str, **fields: str):
    return desk.post(page("_set", "cantine", driver), fields, follow=True)


def test_a_town_without_regie_is_told_so(desk):
    assert "La commune n’a pas encore de régie" in body(desk.get(page("s")))


def test_each_provider_is_set_by_its_own_fields_and_asked_at_once(desk, regie, bench, now):
    form = body(desk.get(page("_set", "cantine", bench.code)))
    for field in bench.driver.config_fields:
        assert f'name="{field.name}"' in form

    answer = body(save(desk, bench.code, mode="test", **bench.fields, **bench.secrets))

    account = current_account(regie)
    assert (account.driver, account.config) == (bench.code, dict(bench.fields))
    assert account.secrets == dict(bench.secrets)
    assert account.labels == list(bench.driver.check_config(bench.config, Mode.TEST))
    assert (account.checked_at, account.check_error) == (now, "")
    assert account.set_by.kind == "agent"
    assert "Connexion réussie" in answer
    assert account.labels[0] in answer
    for secret in bench.secrets.values():
        assert secret not in answer
        assert secret not in body(desk.get(page("_set", "cantine", bench.code)))


def test_a_secret_is_kept_when_left_empty_and_replaced_when_written(desk, regie, settings, now):
    with StripeBench() as bench:
        bench.point(settings)
        save(desk, "stripe", mode="test", **bench.fields, **bench.secrets)
        first = current_account(regie)
        shown = body(desk.get(page("_set", "cantine", "stripe")))
        assert "Renseigné le 18/11/2026" in shown

        save(desk, "stripe", mode="test", **bench.fields, webhook_test="whsec_unautresecret")

        account = current_account(regie)
    assert account.pk == first.pk  # only a secret changed: the payments that are open go on with it
    assert account.secrets == {**bench.secrets, "webhook_test": "whsec_unautresecret"}


@pytest.mark.parametrize(
    ("driver", "fields", "said"),
    [
        ("payfip", {"numcli": "12"}, "6 chiffres"),
        ("systempay", {"site_id": "12345678"}, "obligatoire"),
        ("stripe", {"account": "acct_bellegardemdj01", "key_test": "sk_live_balaruc00001"}, "sk_test_"),
    ],
)
def test_a_wrong_field_is_said_and_nothing_is_saved(desk, regie, driver, fields, said):
    before = current_account(regie).pk

    assert said in body(save(desk, driver, mode="test", **fields))
    assert current_account(regie).pk == before


def test_what_the_provider_refuses_is_kept_and_shown(desk, regie):
    answer = body(save(desk, "payfip", mode="test", numcli="999999"))

    account = current_account(regie)
    assert account.check_error.startswith("T2")
    assert "n’a pas confirmé ce compte" in answer
    assert account.check_error in answer
    assert "refusé le 18/11/2026" in body(desk.get(page("s")))


def test_a_provider_that_is_down_leaves_the_account_saved(desk, regie, payfip):
    payfip.simulator.behaviour = type(payfip.simulator.behaviour)(down=True)

    assert "n’a pas confirmé ce compte" in body(save(desk, "payfip", mode="test", numcli="090910"))
    assert current_account(regie).config == {"numcli": "090910"}


def test_an_account_that_served_is_closed_and_its_payments_keep_it(desk, regie, now):
    payment = a_payment(regie, now=now)

    save(desk, "payfip", mode="production", numcli="090909")

    payment.refresh_from_db()
    assert payment.account.closed_at == now
    assert current_account(regie).mode == Mode.PRODUCTION
    assert "Anciens comptes" in body(desk.get(page("", "cantine")))


def test_online_payment_can_be_tested_and_closed(desk, regie):
    tested = body(desk.post(page("_check", "cantine"), follow=True))
    assert "Connexion réussie" in tested
    assert "reconnu comme" in tested

    desk.post(page("_close", "cantine"))

    assert current_account(regie) is None
    assert "Cette régie n’encaisse pas en ligne" in body(desk.get(page("", "cantine")))
    assert desk.post(page("_check", "cantine")).status_code == 404
    assert desk.get(page("_set", "cantine", "inconnu")).status_code == 404


def test_the_way_to_production_is_read_from_what_happened(desk, commune, purpose, settings, now):
    """Each step of PayFiP: known, tested, announced, activated by card and by debit, opened the next working day."""
    with PayFiPBench(now=lambda: now) as bench:
        bench.point(settings)
        regie = bench.regie(code="cantine", prefix="CANT")

        def done() -> list[bool]:
            return [step.done for step in desk.get(page("", "cantine")).context["steps"]]

        def pay(mode: Mode, state: OutcomeState) -> Payment:
            type(current_account(regie)).objects.update(mode=mode)
            payment = a_payment(regie, now=now)
            bench.end(payment, state)
            return hear_notification(
                driver="payfip", callback=bench.notification(payment.provider_ref), now=now
            )

        assert done() == [False] * 7
        desk.post(page("_check", "cantine"))
        assert done() == [True] + [False] * 6
        pay(Mode.TEST, OutcomeState.PAID)
        assert done() == [True] * 3 + [False] * 4
        pay(Mode.ACTIVATION, OutcomeState.PAID)
        pay(Mode.ACTIVATION, OutcomeState.BANK_PENDING)
        assert done() == [True] * 5 + [False] * 2
        with frozen(now + timedelta(days=1)):
            assert done() == [True] * 6 + [False]
        ProviderAccount.objects.update(mode=Mode.PRODUCTION)
        with frozen(now + timedelta(days=1)):
            assert done() == [True] * 7


def test_the_list_costs_the_same_for_many_regies(desk, commune, payfip):
    codes = iter(("un", "deux", "trois"))

    def add() -> None:
        code = next(codes)
        bench = PayFiPBench()
        bench.regie(code=code, prefix=code[:2].upper() + "R")

    assert_constant_queries(act=lambda: body(desk.get(page("s"))), add_row=add)
