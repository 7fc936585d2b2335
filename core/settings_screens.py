"""The screens over the town itself: its places, days, papers and meals."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from core.calendars import SchoolZone
from core.child_file import DossierField
from core.commune_file.child_file import ACCESS_WORDS, FIELD_WORDS
from core.commune_file.help import AnswersSection, QuestionsSection, SubjectsSection
from core.commune_file.objects import Data, items
from core.commune_file.registration import MODES
from core.commune_file.town import ContentSection, DownloadSection, MenuSection, NewsSection
from core.enums import EstablishmentKind, Theme
from core.forms.content import (
    BrandingForm,
    DownloadForm,
    MenuLinkForm,
    NewsForm,
    QuestionForm,
    WelcomeForm,
)
from core.forms.conversations import CannedAnswerForm, SubjectForm
from core.forms.registrations import RegistrationModeForm
from core.forms.settings_town import (
    VALIDITIES,
    DayForm,
    DocumentForm,
    FieldForm,
    MailForm,
    MealForm,
    PlaceForm,
    RegulationForm,
    SendingForm,
    TownForm,
    VersionForm,
)
from core.mail_texts import MAIL_NAMES, OwnText, subject_of
from core.settings_registry import Elsewhere, Screen, register, register_elsewhere
from core.words import NBSP, and_list, plural, short_date

_ACCESS = {word: access.label for access, word in ACCESS_WORDS.items()}


def _town(draft: Data) -> str:
    zone = SchoolZone(draft["commune"]["zone_scolaire"])
    return f"{zone.label}{NBSP}; {plural(draft['commune'].get('minutes_panier', 60), 'minute')} pour payer un panier"


def _count(key: str, singular: str, several: str = "") -> Any:
    return lambda draft: _counted(draft, key, singular, several)


def _counted(draft: Data, key: str, singular: str, several: str) -> str:
    count = len(items(draft, (key,)))
    return plural(count, singular, several) if count else "Rien pour l’instant"


def _place(item: Mapping[str, Any], draft: Data) -> str:
    words = (
        [str(EstablishmentKind(item["type"]).label)] if item.get("type") in EstablishmentKind.values else []
    )
    closed = [day for day in items(draft, ("calendrier",)) if day.get("etablissement") == item.get("code")]
    if closed:
        words.append(plural(len(closed), "jour particulier", "jours particuliers"))
    return ", ".join(words)


def _days(item: Mapping[str, Any], draft: Data) -> str:
    start, end = item["du"], item["au"]
    where = next(
        (one["nom"] for one in items(draft, ("etablissements",)) if one["code"] == item.get("etablissement")),
        "toute la commune",
    )
    days = f"le {short_date(start)}" if start == end else f"du {short_date(start)} au {short_date(end)}"
    effect = "Fermé" if item.get("effet") == "ferme" else "Ouvert"
    return f"{effect} {days}, {where}"


def _places(draft: Data) -> str:
    places = items(draft, ("etablissements",))
    closed = [
        one["nom"]
        for one in places
        if any(day.get("etablissement") == one["code"] for day in items(draft, ("calendrier",)))
    ]
    words = plural(len(places), "établissement")
    return f"{words}{NBSP}; jours à part pour {and_list(closed)}" if closed else words


def _document(item: Mapping[str, Any], draft: Data) -> str:  # noqa: ARG001
    if item.get("validite") == "mois":
        return f"Vaut {item.get('mois', 0)} mois"
    return dict(VALIDITIES).get(item.get("validite", "illimitee"), "")


def _regulation(item: Mapping[str, Any], draft: Data) -> str:  # noqa: ARG001
    return plural(len(item.get("versions", ())), "version")


def _version(item: Mapping[str, Any], draft: Data) -> str:  # noqa: ARG001
    day = item.get("publiee_le")
    return f"En vigueur le {short_date(day)}" if isinstance(day, date) else ""


def _field(item: Mapping[str, Any], draft: Data) -> str:  # noqa: ARG001
    checked = ", validé par un agent" if item.get("validation") else ""
    return f"{_ACCESS[item.get('acces', 'modifiable')]}{checked}"


def _sending(draft: Data) -> str:
    own = draft.get("envoi", {})
    return str(own.get("expediteur") or own.get("reponse") or "L’adresse du portail, sans réponse possible")


def _mail(item: Mapping[str, Any], draft: Data) -> str:
    """Its subject, as families would read it."""
    names = {
        "usual": "objet habituel",
        "commune": draft["accueil"]["en_tete"],
        "service": draft["accueil"]["service"],
    }
    subject = subject_of(OwnText(subject=item.get("objet", "")), **names)
    return f"Objet{NBSP}: {subject}"


def _content(section: type[ContentSection], form: type[forms.ModelForm]) -> Elsewhere:
    return Elsewhere(kind=(section.key,), form=form, columns=section.columns)


register(
    Screen(
        kind=("commune",),
        title="Commune",
        about="Le nom, la zone scolaire, le temps laissé pour payer.",
        new="",
        form=TownForm,
        icon="home",
        summary=_town,
        is_single=True,
        can_add=False,
    ),
    Screen(
        kind=("etablissements",),
        title="Établissements",
        about="Écoles, accueils de loisirs, crèches, dans l’ordre où les familles les lisent.",
        new="Nouvel établissement",
        form=PlaceForm,
        icon="place",
        note=_place,
        summary=_places,
    ),
    Screen(
        kind=("calendrier",),
        title="Calendrier",
        about="Vacances et jours fériés officiels sont déjà là. Ici, ce que la commune ferme ou ouvre en plus.",
        new="Nouveaux jours particuliers",
        form=DayForm,
        icon="calendar",
        note=_days,
        summary=_count(
            "calendrier", "correction du calendrier officiel", "corrections du calendrier officiel"
        ),
        is_ordered=False,
    ),
    Screen(
        kind=("documents",),
        title="Documents demandés",
        about="Ce que les familles envoient. Une période les demande par ses conditions.",
        new="Nouveau document",
        form=DocumentForm,
        icon="document",
        note=_document,
        summary=_count("documents", "document"),
    ),
    Screen(
        kind=("reglements",),
        title="Règlements et autorisations",
        about="Des textes en versions, que les familles acceptent ou refusent.",
        new="Nouveau règlement",
        form=RegulationForm,
        icon="document",
        note=_regulation,
        summary=_count("reglements", "texte"),
        lacks="Ajoutez une première version.",
    ),
    Screen(
        kind=("reglements", "versions"),
        name=lambda item: f"Version {item['numero']}",
        title="Versions",
        about="La dernière en vigueur est celle que les familles lisent.",
        new="Nouvelle version",
        form=VersionForm,
        note=_version,
        is_ordered=False,
    ),
    Screen(
        kind=("regimes",),
        title="Repas",
        about="Ce que la cantine prépare en plus du repas habituel.",
        new="Nouveau repas",
        form=MealForm,
        icon="child",
        summary=_count("regimes", "autre repas", "autres repas"),
    ),
    Screen(
        kind=("dossier_enfant",),
        title="Dossier de l’enfant et de la famille",
        about="Les rubriques que la commune traite autrement que d’habitude : masquées, obligatoires, validées.",
        new="Régler une rubrique",
        form=FieldForm,
        icon="lock",
        name=lambda item: DossierField(FIELD_WORDS[item["rubrique"]]).label,
        note=_field,
        summary=_count("dossier_enfant", "rubrique réglée", "rubriques réglées"),
        is_ordered=False,
    ),
    Screen(
        kind=("envoi",),
        title="Envoi des courriels",
        about="De qui ils viennent, où vont les réponses.",
        new="",
        form=SendingForm,
        icon="mail",
        summary=_sending,
        is_single=True,
        can_add=False,
    ),
    Screen(
        kind=("courriels",),
        title="Textes des courriels",
        about="L’objet d’un courriel et un mot de la commune en tête. Les autres gardent les mots du portail.",
        new="Écrire un courriel",
        form=MailForm,
        icon="mail",
        name=lambda item: MAIL_NAMES[item["code"]],
        note=_mail,
        summary=_count("courriels", "courriel à ses mots", "courriels à ses mots"),
        is_ordered=False,
        draws_mail=True,
    ),
)

register_elsewhere(
    Elsewhere(kind=("accueil",), form=WelcomeForm),
    Elsewhere(
        kind=("identite",),
        form=BrandingForm,
        values={theme.name.lower(): theme.value for theme in Theme},
    ),
    Elsewhere(
        kind=("inscription",),
        form=RegistrationModeForm,
        columns={"mode": "registration"},
        values=MODES,
    ),
    *(
        _content(section, form)
        for section, form in (
            (NewsSection, NewsForm),
            (MenuSection, MenuLinkForm),
            (DownloadSection, DownloadForm),
            (QuestionsSection, QuestionForm),
            (SubjectsSection, SubjectForm),
            (AnswersSection, CannedAnswerForm),
        )
    ),
)
