import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from themes.palette import AA, contrast, palette, stylesheet

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
@example("#ffff00")
@example("#ffffff")
@example("#000000")
@example("#808080")
@example("#0000ff")
@settings(derandomize=True, max_examples=300, deadline=None)
def test_every_colour_gives_readable_shades(colour):
    both = palette(colour)
    for shades in (both.light, both.dark):
        for ground in (shades.accent_soft, shades.paper, shades.surface):
            assert contrast(shades.accent, ground) >= AA
            assert contrast(shades.accent_strong, ground) >= AA
        assert contrast(shades.accent_contrast, shades.accent) >= AA
        assert contrast(shades.accent_contrast, shades.accent_strong) >= AA
        assert contrast(shades.brand_contrast, shades.brand) >= AA


def test_the_town_keeps_its_own_colour_where_it_is_readable():
    light = palette("#1f6f8b").light
    assert (light.brand, light.accent) == ("#1f6f8b", "#1f6f8b")


def test_a_bright_colour_stays_on_the_band_and_is_darkened_for_text():
    light = palette("#FFD400").light
    assert (light.brand, light.brand_contrast) == ("#ffd400", "#14181d")
    assert contrast("#ffd400", light.surface) < AA <= contrast(light.accent, light.surface)


def test_contrast_is_the_one_of_wcag():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", ["", "1f6f8b", "#fff", "#1f6f8g", "red;}body{display:none", "#1f6f8b\n"])
def test_anything_but_a_hex_colour_is_refused(colour):
    with pytest.raises(ValueError, match="#rrvvbb"):
        stylesheet(colour)


def test_the_stylesheet_sets_the_seven_variables_for_light_and_dark():
    light, dark = stylesheet("#2e7d32").split("@media (prefers-color-scheme:dark)")
    names = ("brand", "brand-contrast", "accent", "accent-strong", "accent-contrast", "accent-soft", "paper")
    for sheet in (light, dark):
        assert [
            part.split(":")[0].rpartition("--")[2] for part in sheet.split("{")[-1].split(";")[:-1]
        ] == list(names)
