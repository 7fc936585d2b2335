"""The planning: light, complete without a script, quick with one."""

from datetime import date

import pytest
from django.template.loader import render_to_string

from themes import samples
from themes.samples import Cell, Column, Day, Grid, Week

GRID = "components/grid.html"


def render(grid: Grid) -> str:
    return render_to_string(GRID, {"grid": grid})


def test_a_school_year_of_three_columns_weighs_less_than_100_kb():
    grid = samples.care_grid(date(2022, 9, 5), weeks=35)
    grid.columns.pop()
    for week in grid.weeks:
        for day in week.days:
            day.cells.pop()
    html = render(grid)
    assert html.count('type="checkbox" name="w"') > 300
    assert len(html.encode()) < 80_000


def test_a_reason_is_written_once_however_many_days_it_closes():
    html = render(samples.meals_grid())
    assert html.count(samples.NOT_YET) == 1
    assert html.count('popovertarget="why-') > 10


def test_a_cell_that_cannot_change_sends_nothing():
    day = Day(date(2023, 3, 6), "lun. 06", "d0306", [Cell("confirmed"), Cell("pending")])
    html = render(Grid(samples.MEALS, [Week("Semaine 10", "", [day])]))
    assert 'name="w"' not in html
    assert 'aria-label="Présence acceptée"' in html
    assert 'aria-label="En attente de traitement"' in html


def test_a_place_that_can_no_longer_be_cancelled_says_so():
    day = Day(
        date(2023, 3, 6), "lun. 06", "d0306", [Cell("confirmed", reason="Le délai d’annulation est passé.")]
    )
    html = render(Grid(samples.MEALS[:1], [Week("Semaine 10", "", [day])]))
    assert '<button type="button" class="k c" popovertarget="why-0"' in html
    assert 'aria-describedby="is-c why-0"' in html


def test_a_closed_day_says_why_on_its_whole_row():
    day = Day(date(2023, 4, 10), "lun. 10", "d0410", [], note="Férié : lundi de Pâques")
    html = render(Grid([Column("a", "ETUDE", "16:30 - 17:30")], [Week("Semaine 15", "", [day])]))
    assert '<td class="grid-note" colspan="1">Férié : lundi de Pâques</td>' in html


@pytest.mark.parametrize(
    ("cell", "ticked"),
    [
        (Cell("free", "1.1"), False),
        (Cell("free", "1.1", checked=True), True),
        (Cell("checked", "1.1"), True),
        (Cell("confirmed", "1.1", checked=True), True),
        (Cell("cancelling", "1.1"), False),
        (Cell("pending", "1.1", checked=True), True),
    ],
)
def test_which_cells_are_ticked(cell, ticked):
    day = Day(date(2023, 3, 6), "lun. 06", "d0306", [cell])
    html = render(Grid(samples.MEALS[:1], [Week("Semaine 10", "", [day])]))
    assert (" checked>" in html) is ticked


def test_each_cell_says_everything_to_a_screen_reader(desktop, show):
    show(desktop, "gallery/index.html")
    cell = desktop.get_by_role("checkbox", name="jeudi 16 mars 2023 REPAS ENFANT 3.30 (11:30 - 13:00) 3,30 €")
    assert cell.is_checked()
    described = cell.evaluate(
        "box => box.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).textContent).join(' ')"
    )
    assert described == "Présence acceptée. À réserver avant le dimanche 12 mars 2023, 23:55"


def cell(page, day: str, column: int):
    return page.locator(f"#planning tr:has(#{day}) td").nth(column - 1).locator("input, button")


def total(page) -> str:
    return page.locator("[data-grid-sum]").inner_text().replace("\xa0", " ").replace("\u202f", " ")


def test_one_tap_asks_and_one_tap_takes_back(page, show):
    show(page, "gallery/index.html")
    assert total(page) == "2 repas · 6,60 € · 1 annulation"
    cell(page, "d0324", 1).click()
    assert total(page) == "3 repas · 9,90 € · 1 annulation"
    cell(page, "d0309", 2).click()
    assert total(page) == "4 repas · 14,10 € · 1 annulation"
    cell(page, "d0324", 1).click()
    cell(page, "d0316", 1).click()
    assert total(page) == "3 repas · 10,80 € · 2 annulations"


def test_a_double_click_asks_once(desktop, show):
    show(desktop, "gallery/index.html")
    cell(desktop, "d0324", 1).dblclick()
    assert cell(desktop, "d0324", 1).is_checked()


def test_arrows_move_and_space_toggles(desktop, show):
    show(desktop, "gallery/index.html")
    cell(desktop, "d0330", 1).focus()
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("Space")
    assert cell(desktop, "d0331", 1).is_checked()
    desktop.keyboard.press("ArrowUp")
    desktop.keyboard.press("ArrowRight")
    assert desktop.evaluate("document.activeElement.getAttribute('aria-labelledby')") == "d0330 c2"
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.activeElement.textContent") == "Retour au choix de la période"


def test_arrows_jump_over_closed_days_and_separators(desktop, show):
    show(desktop, "gallery/index.html")
    cell(desktop, "d0324", 1).focus()
    desktop.keyboard.press("ArrowDown")
    assert desktop.evaluate("document.activeElement.value") == "0328.1"


def test_the_head_of_a_column_selects_days_automatically(page, show):
    show(page, "gallery/index.html")
    for _twice in range(2):
        page.get_by_role("button", name="Sélection automatique des jours").first.click()
        dialog = page.get_by_role("dialog", name="Sélection automatique des jours")
        if not dialog.get_by_label("tous les jeudis").is_checked():
            dialog.get_by_label("tous les jeudis").check()
        dialog.get_by_role("button", name="Cocher", exact=True).click()
        assert dialog.is_hidden()
        assert total(page) == "3 repas · 9,90 € · 1 annulation"
    assert cell(page, "d0330", 1).is_checked()


def test_a_closed_cell_says_why_on_tap(phone, show):
    show(phone, "gallery/index.html")
    why = phone.get_by_text(samples.FULL)
    assert why.is_hidden()
    cell(phone, "d0323", 1).tap()
    why.wait_for()


def test_a_closed_cell_says_why_under_the_mouse_and_a_click_keeps_it(desktop, show):
    show(desktop, "gallery/index.html")
    why = desktop.get_by_text(samples.FULL)
    cell(desktop, "d0323", 1).hover()
    why.wait_for()
    cell(desktop, "d0323", 1).click()
    assert why.is_visible()
    desktop.mouse.move(5, 5)
    why.wait_for(state="hidden")


def test_a_closed_cell_says_why_to_the_keyboard(desktop, show):
    show(desktop, "gallery/index.html")
    cell(desktop, "d0321", 2).focus()
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("ArrowLeft")
    desktop.get_by_text(samples.FULL).wait_for()


def test_without_a_script_it_is_a_form_of_boxes(browser, show):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    show(page, "gallery/index.html")
    cell(page, "d0324", 1).check()
    cell(page, "d0323", 1).click()
    assert page.get_by_text(samples.FULL).is_visible()
    page.get_by_role("button", name="Sélection automatique des jours").first.click()
    assert page.get_by_label("Sur toute la période").first.is_visible()
    assert total(page) == "2 repas · 6,60 €"
    context.close()


def test_four_columns_fit_a_phone(phone, show):
    show(phone, "gallery/care.html")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    heads = phone.evaluate(
        "[...document.querySelectorAll('#planning thead th')].map(head => head.scrollWidth <= head.clientWidth)"
    )
    assert heads == [True] * 5


def test_the_head_stays_in_view(phone, show):
    show(phone, "gallery/care.html")
    phone.locator("#d0420").scroll_into_view_if_needed()
    phone.evaluate("document.querySelector('#d0420').scrollIntoView({block: 'center', behavior: 'instant'})")
    assert phone.locator("#planning thead th").nth(1).bounding_box()["y"] == 0
