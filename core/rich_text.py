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
    """Headings go down one level at a time from ``top``, whichever mark (« # », « ## ») the writer began with."""
    top = state.env.get("top", TOP_HEADING)
    marks = {int(token.tag[1:]) for token in state.tokens if token.type == "heading_open"}
    ranks = {mark: rank for rank, mark in enumerate(sorted(marks))}
    level = top - 1
    for token in state.tokens:
        if token.type == "heading_open":
            level = min(top + ranks[int(token.tag[1:])], level + 1, _LOWEST)
            token.tag = f"h{level}"
        elif token.type == "heading_close":
            token.tag = f"h{level}"
        token.attrs.pop("style", None)  # a column's alignment: pages have no inline style


_MARKDOWN = MarkdownIt("js-default", {"breaks": True, "linkify": True}).disable("image")
_MARKDOWN.core.ruler.push("fit_the_page", _fit_the_page)
