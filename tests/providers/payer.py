"""A payer without JavaScript: reads a page, fills its form, presses a button by its words."""

import httpx
from lxml import html


class Payer:
    """Follows the redirects inside the provider; ``left_for`` is the portal's address it was sent back to."""

    def __init__(self, url: str) -> None:
        self.left_for = ""
        self._read(httpx.get(url))

    def press(self, words: str, **values: str) -> None:
        form = next(form for form in self.page.forms if self._button(form, words) is not None)
        button = self._button(form, words)
        fields = dict(form.form_values()) | values | {button.get("name"): button.get("value")}
        self._read(httpx.post(httpx.URL(self.url).join(form.action), data=fields))

    def pay(self, number: str) -> None:
        self.press("Payer par carte bancaire")
        self.press("VALIDER", numero=number, mois="12", annee=self.last_year(), cryptogramme="123")

    def last_year(self) -> str:
        return self.page.xpath("//select[@name='annee']/option/text()")[-1]

    @property
    def text(self) -> str:
        return " ".join(self.page.text_content().split())

    def facts(self) -> dict[str, str]:
        """The page's description lists: term → description."""
        terms = self.page.xpath("//dl/div")
        return {term.findtext("dt"): term.findtext("dd") for term in terms}

    def link(self, words: str) -> str:
        return self.page.xpath("//a[normalize-space()=$words]/@href", words=words)[0]

    def _read(self, response: httpx.Response) -> None:
        while response.is_redirect:
            target = response.next_request.url
            if target.netloc != response.url.netloc:
                self.left_for = str(target)
                return
            response = httpx.get(target)
        self.status = response.status_code
        self.url = str(response.url)
        self.page = html.document_fromstring(response.text)

    def _button(self, form, words: str):
        return next(iter(form.xpath(".//button[normalize-space()=$words]", words=words)), None)
