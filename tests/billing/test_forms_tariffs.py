"""Each shape of tariff has a form, and what a form shows is what it writes again."""

import tomllib
from pathlib import Path

from django import forms

from billing.forms_tariffs import FORMS, checked_rule, shape_of
from billing.pricing.examples import try_situations
from billing.pricing.grids import read_rule
from billing.pricing.rules import TARIFF_RULE
from tests.billing.pricing.corpus import tariffs

COMMUNES = Path(__file__).parents[2] / "infra" / "communes"

# Only « avancé » holds these.
NESTED = {
    ("Denain", "Séjour, par jour"): "des tranches de revenu pour chaque rang dans la fratrie",
    ("Boissy-Saint-Léger", "Soir"): "des tranches de quotient pour un mot de la commune",
}


def posted(form: forms.Form) -> dict[str, object]:
    """What a browser would send of the form as it is shown."""
    data: dict[str, object] = {}
    for bound in form:
        widget = bound.field.widget
        context = widget.get_context(bound.html_name, bound.value(), {})["widget"]
        if isinstance(widget, forms.CheckboxInput):
            data |= {bound.html_name: "on"} if bound.value() else {}
        elif isinstance(widget, forms.CheckboxSelectMultiple):
            data[bound.html_name] = context["value"]
        elif isinstance(widget, forms.Select):
            choices = [str(value) for value, _ in widget.choices]
            data[bound.html_name] = next(
                (value for value in context["value"] if value in choices), choices[0]
            )
        else:
            data[bound.html_name] = context["value"] or ""
    return data


def sent(form) -> dict[str, object]:
    """All of a version form, with its rows and its parts."""
    data = posted(form) | {"du": "2027-01-01"}
    sets = [table.rows for table in form.tables]
    for part in getattr(form, "part_forms", {}).values():
        data |= posted(part)
        sets.append(part.table.rows)
    for rows in sets:
        data |= posted(rows.management_form)
        for row in rows:
            data |= posted(row)
    return data


def again(rule):
    """The rule that its form writes when it is sent as it is shown."""
    kind = FORMS[shape_of(rule)]
    form = kind(sent(kind(rule=rule)), rule=rule)
    assert form.is_valid(), form.errors
    return checked_rule(form)


def test_every_tariff_of_the_delivered_towns_is_a_form_and_comes_back():
    seen = 0
    for path in sorted(COMMUNES.glob("*.toml")):
        for tariff in tomllib.loads(path.read_text(encoding="utf-8")).get("tarifs", []):
            for version in tariff["versions"]:
                rule = TARIFF_RULE.validate_python(version["regle"])
                assert shape_of(rule) != "written", (path.name, tariff["code"])
                assert again(rule) == rule, (path.name, tariff["code"])
                seen += 1
    assert seen > 20


def test_every_published_tariff_is_a_form_but_those_nested_further():
    nested = set()
    for tariff in tariffs():
        for version in tariff.versions:
            assert again(version.rule) == version.rule, (tariff.town, tariff.name)
            if shape_of(version.rule) == "written":
                nested.add((tariff.town, tariff.name))
    assert nested == set(NESTED)


def fill(shape: str, rule=None, **typed: str):
    """The form of a shape as it is shown, with what an agent types in it."""
    kind = FORMS[shape]
    form = kind(sent(kind(rule=rule)) | typed, rule=rule)
    form.is_valid()
    return form


def test_the_price_of_today_is_kept_inside_what_is_added_around_it():
    rate = read_rule({"type": "effort_rate", "percents": ["0.5"], "cap": "5"})
    bounded = fill("bounded", rate, at_least="1")
    assert checked_rule(bounded) == read_rule({"type": "bounded", "base": rate, "at_least": "1"})
    assert bounded.keeps and not FORMS["bounded"].shows(rate)
    both = fill("bounded", rate, **{"at_least": "1", "base-l-0-prix": "3"})
    assert "Décochez" in str(both.part_forms["base"].errors)


def test_a_membership_is_due_once_a_year_unless_said_otherwise():
    member = fill("membership", **{"base-l-0-prix": "20"})
    fee = {"type": "membership", "base": {"type": "flat", "amount": "20"}}
    assert checked_rule(member) == read_rule({"type": "forfait", "per": "year", "base": fee})
    assert checked_rule(fill("membership", read_rule(fee))) == read_rule(fee)


def test_rows_are_added_with_a_click_and_withdrawn_when_emptied():
    table = read_rule(
        {
            "type": "duration_table",
            "cases": [
                {"up_to": 30, "tariff": {"type": "flat", "amount": "1"}},
                {"up_to": 60, "tariff": {"type": "flat", "amount": "2"}},
                {"tariff": {"type": "flat", "amount": "3"}},
            ],
        }
    )
    emptied = fill("duration_table", table, **{"l-1-up_to": "", "l-1-amount": ""})
    assert [case.up_to for case in checked_rule(emptied).cases] == [30, None]
    before = fill("duration_table", table)
    assert len(fill("duration_table", table, plus="l").rows.forms) == len(before.rows.forms) + 3


def test_what_the_engine_refuses_is_told_beside_its_field_in_the_words_of_the_form():
    late = fill("started_units", grace="20", **{"base-l-0-prix": "1"})
    assert checked_rule(late) is None
    assert "La tolérance doit être plus courte que l’unité" in str(late.non_field_errors())
    late = fill("membership", reduced__percent="50", **{"base-l-0-prix": "20"})
    assert checked_rule(late) is None and late.errors["reduced__start"] == ["Il manque une valeur."]
    aided = fill(
        "aided", **{"l-0-payer": "CCAS", "l-0-amount": "1", "l-0-percent": "10", "base-l-0-prix": "4"}
    )
    assert checked_rule(aided) is None
    assert "soit « Aide en euros », soit « Ou aide, en" in str(aided.rows[0].non_field_errors())
    holed = fill("pack", size="10", **{"base-l-0-a": "500", "base-l-0-prix": "2"})
    assert "la dernière tranche doit être sans limite" in str(holed.part_forms["base"].errors)
    empty = fill("pack", size="10")
    assert not empty.is_valid() and "Donnez un prix" in str(empty.part_forms["base"].errors)


def test_each_shape_has_its_form():
    for shape, form in FORMS.items():
        assert form.name and form(rule=None).fields["du"], shape


def test_a_trial_shows_each_case_that_the_price_tells_apart():
    one = {"type": "flat", "amount": "1"}
    rule = read_rule({"type": "started_units", "unit": 30, "grace": 5, "cap": "3", "base": one})
    assert [(tried.family, tried.price.amount) for tried in try_situations(rule, before=None)] == [
        ("10\u00a0min de présence", 1),
        ("36\u00a0min de présence", 2),
        ("120\u00a0min de présence", 3),
    ]
    times = {"type": "steps", "per": "week", "totals": ["4", "7"]}
    rule = read_rule({"type": "by_case", "fact": "meal", "cases": {"served": times, "pai_own": one}})
    assert [(tried.family, tried.price.amount) for tried in try_situations(rule, before=None)] == [
        ("Repas servi", 4),
        ("Repas fourni par la famille (PAI)", 1),
        ("1re fois de la semaine", 4),
        ("2e fois de la semaine", 3),
        ("3e fois de la semaine", 0),
    ]


def test_every_published_tariff_can_be_tried_case_by_case():
    for tariff in tariffs():
        for version in tariff.versions:
            tried = try_situations(version.rule, before=version.rule)
            assert all(one.price.amount == one.before for one in tried)
