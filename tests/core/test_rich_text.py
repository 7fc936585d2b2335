from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from core.rich_text import rich_text

ALLOWED = {
    "div", "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "hr", "a", "ul", "ol", "li",
    "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def test_the_light_markup_becomes_html():
    assert rich_text("## Vacances\nle **10** mars\nà 8:30") == (
        "<h2>Vacances</h2>\n<p>le <strong>10</strong> mars<br>\nà 8:30</p>\n"
    )


def test_headings_begin_below_the_title_of_the_page_and_skip_no_level():
    assert rich_text("# Un\n###### Six", top=4) == "<h4>Un</h4>\n<h5>Six</h5>\n"
    assert rich_text("### Trois\n# Un\n## Deux") == "<h2>Trois</h2>\n<h2>Un</h2>\n<h3>Deux</h3>\n"


def test_an_address_becomes_a_link_and_a_picture_is_not_fetched():
    assert 'href="https://www.ville.example"' in rich_text("voir https://www.ville.example")
    assert "<img" not in rich_text("![photo](https://tiers.example/p.png)")


@given(
    st.text() | st.lists(st.sampled_from(["<script>", "[x](", "javascript:alert(1)", ")", "<img onerror=x>", "**", "\n# ", "| a |\n|:-:|\n"])).map("".join)
)  # fmt: skip
def test_nothing_that_is_written_can_run(text):
    tree = html.fragment_fromstring(rich_text(text), create_parent="div")
    for element in tree.iter():
        assert element.tag in ALLOWED
        assert set(element.keys()) <= {"href", "title", "class", "start"}
        assert not element.get("href", "").lower().startswith(("javascript:", "vbscript:", "data:"))
