"""Tags and components whose output carries a decision: states, pages, sorting, fields."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import engines

from themes import samples
from themes.states import STATES


def render(source: str, **context) -> str:
    return engines["django"].from_string("{% load portail %}" + source).render(context)


def text(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_every_state_is_an_icon_of_the_sprite_a_word_and_a_tone():
    sprite = Path(finders.find("icons/sprite.svg")).read_text(encoding="utf-8")
    symbols = set(re.findall(r'id="([^"]+)"', sprite))
    assert {state.icon for state in STATES.values()} <= symbols
    assert {state.tone for state in STATES.values()} == {"accent", "ok", "wait", "no", "info", "mute"}
    assert all(state.word for state in STATES.values())


def test_two_states_of_one_list_never_look_the_same():
    for codes in (
        ("new", "cancel_request", "pending", "accepted", "full", "closed"),
        ("pending", "accepted", "refused", "cancelled", "mixed", "awaiting_payment"),
        ("paid", "unpaid", "bank_pending", "treasury", "payment_refused"),
    ):
        assert len({STATES[code].icon for code in codes}) == len(codes)


def test_a_status_says_its_word_or_the_one_it_is_given():
    assert text(render("{% status 'accepted' %}")) == "Acceptée"
    html = render("{% status 'mixed' 'Des présences acceptées et d’autres refusées' compact=True %}")
    assert 'title="Des présences acceptées et d’autres refusées"' in html
    assert text(html) == "Des présences acceptées et d’autres refusées"


def test_an_unknown_state_is_an_error():
    with pytest.raises(KeyError):
        render("{% status 'perdue' %}")


def test_what_people_type_is_escaped():
    html = render("{% notice 'info' title %}{{ word }}{% endnotice %}", title="<b>", word="<script>")
    assert "&lt;b&gt;" in html
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def pager(rf, address: str, number: int, size: int = 5, count: int = 31) -> str:
    page = Paginator(range(count), size).page(number)
    return render("{% pager page prefix='cantine-' anchor='cantine' %}", page=page, request=rf.get(address))


def test_the_pager_speaks_as_the_guide(rf):
    assert "( de 1 à 5 sur 31 éléments )" in text(pager(rf, "/", 1))
    assert "( de 31 à 31 sur 31 éléments )" in text(pager(rf, "/", 7))
    assert "<nav" not in pager(rf, "/", 1, size=50)


def test_the_pager_keeps_the_rest_of_the_address(rf):
    html = pager(rf, "/?cantine-tri=date&alsh-page=3&cantine-page=2", 2)
    assert 'href="?cantine-tri=date&amp;alsh-page=3&amp;cantine-page=1#cantine"' in html
    kept = re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', html)
    assert kept == [("cantine-tri", "date"), ("alsh-page", "3")]
    assert re.findall(r"<option selected>(\d+)<", html) == ["5"]


@pytest.mark.parametrize(
    ("address", "direction", "target"),
    [
        ("/", "none", "?tri=date"),
        ("/?tri=date&page=4", "ascending", "?tri=-date"),
        ("/?tri=-date", "descending", "?tri=date"),
        ("/?q=Jade&tri=nom", "none", "?q=Jade&amp;tri=date"),
    ],
)
def test_a_column_head_sorts_and_says_how(rf, address, direction, target):
    html = render("{% sort 'date' 'Créée le' %}", request=rf.get(address))
    assert f'aria-sort="{direction}"' in html
    assert f'href="{target}"' in html


def test_an_error_stands_beside_its_field_and_is_linked_to_it():
    field = str(samples.bound_form()["email"].as_field_group())
    assert re.findall(r' id="([^"]+)"', field) == ["id_email_helptext", "id_email_error", "id_email"]
    control = re.search(r"<input[^>]*>", field)[0]
    assert 'aria-describedby="id_email_helptext id_email_error"' in control
    assert 'aria-invalid="true"' in control


def test_the_error_of_the_whole_form_is_an_alert_and_the_star_is_explained():
    html = str(samples.bound_form())
    assert 'role="alert"' in html.split("Le mot de passe et l’adresse", maxsplit=1)[0]
    assert "Les champs suivis de" in html


def test_boxes_and_groups_have_their_own_layout():
    html = str(samples.SampleForm())
    assert html.count("<fieldset") == 2
    assert re.findall(r'class="field field--check"', html) == ['class="field field--check"']


@pytest.mark.parametrize(
    ("name", "initial"), [("Mairie de Bellegarde", "B"), ("Balaruc-le-Vieux", "B"), ("", "")]
)
def test_a_town_without_a_logo_has_its_initial(name, initial):
    assert render("{{ name|town_initial }}", name=name) == initial


def test_a_moment_is_said_at_the_hour_of_the_town():
    at = datetime(2026, 11, 22, 17, 13, tzinfo=UTC)
    said = render("{{ at|moment }} ; {{ at|short_moment }}", at=at)
    assert said == "dimanche 22 novembre 2026 à 18:13 ; dim. 22 novembre 18:13"
