"""What people of a town hall write, as safe HTML.

The light markup is CommonMark (« **gras** », « ## titre », « - liste »): it stays readable in the town's file and in
a plain text field. HTML is shown as text, never obeyed; addresses become links; pictures are left out, because a
page asks nothing of a third party.
"""

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

TOP_HEADING = 2  # the page's own title is its only h1
_LOWEST = 6


def rich_text(text: str, *, top: int = TOP_HEADING) -> SafeString:
    """HTML of a text. Its highest possible heading is ``h{top}``; a line break stays a line break."""
    return SafeString(_MARKDOWN.render(text, {"top": top}))


def _fit_the_page(state: StateCore) -> None:
    top = state.env.get("top", TOP_HEADING)
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + top - 1, _LOWEST)}"
        token.attrs.pop("style", None)  # a column's alignment: pages have no inline style


_MARKDOWN = MarkdownIt("js-default", {"breaks": True, "linkify": True}).disable("image")
_MARKDOWN.core.ruler.push("fit_the_page", _fit_the_page)
