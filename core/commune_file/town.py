"""The town itself and its home page, as tables of the file."""

from datetime import date
from typing import Annotated, Any, ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db.models import Field as Column
from django.db.models import Model
from pydantic import AfterValidator, Field, model_validator

from core.calendars import HolidayRegion, SchoolZone
from core.commune_file.problems import fault, suggestion
from core.commune_file.rows import delete_absent, save_by_code
from core.commune_file.sections import Run, Section
from core.commune_file.values import Code, FileModel, Line, OneOf, Text
from core.enums import Theme
from core.models import Branding, CommuneSettings, Download, MenuLink, NewsItem
from core.words import NBSP
from tenants.context import Commune, current_commune


def column(model: type[Model], name: str) -> AfterValidator:
    """The validators of a column of the database, as a check of the file."""
    field: Column[Any, Any] = model._meta.get_field(name)

    def check(value: str) -> str:
        try:
            if value:
                field.run_validators(value)
        except ValidationError as error:
            raise fault(error.messages[0].rstrip(".")) from None
        return value

    return AfterValidator(check)


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        near = suggestion(name, available_timezones())
        raise fault(f"fuseau horaire inconnu{NBSP}: «{NBSP}{name}{NBSP}»{near}")
    return name


Zone = Annotated[str, OneOf(tuple(zone.value for zone in SchoolZone))]
Region = Annotated[str, OneOf(tuple(region.value.lower() for region in HolidayRegion))]


class TownTable(FileModel):
    noun: ClassVar[str] = "commune"

    slug: Annotated[str, column(Commune, "slug")] = Field(
        alias="identifiant", description="Nom court, en minuscules ; il ne change jamais."
    )
    name: Line = Field(alias="nom", description="Nom de la commune.")
    insee: Annotated[str, Field(pattern=r"^(\d{2}|2[AB])\d{3}$|^$")] = Field(
        "", alias="insee", description="Code INSEE, cinq caractères."
    )
    timezone: Annotated[str, AfterValidator(_known_timezone)] = Field(
        "Europe/Paris", alias="fuseau_horaire", description="Fuseau de toutes les heures du fichier."
    )
    hosts: list[Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")]] = Field(
        [], alias="hotes", description="Noms d’hôte en plus du nom principal, donné à l’ouverture."
    )
    school_zone: Zone = Field(alias="zone_scolaire", description="Zone des vacances scolaires.")
    holiday_region: Region = Field(
        "metropole", alias="jours_feries", description="Territoire dont les jours fériés sont suivis."
    )
    hold_minutes: int = Field(
        60, alias="minutes_panier", ge=5, le=1440, description="Temps donné pour payer un panier, en minutes."
    )
    reminder_hours: int = Field(
        24,
        alias="heures_rappel",
        ge=0,
        le=168,
        description="Combien d’heures avant une date limite rappeler ceux qui ont oublié ; 0 : jamais.",
    )
    sms_sender: Annotated[str, column(CommuneSettings, "sms_sender")] = Field(
        "",
        alias="expediteur_sms",
        description="Nom d’où viennent les SMS de rappel, 3 à 11 lettres ou chiffres ; vide : pas de SMS.",
    )
    office_hold_hours: int = Field(
        72,
        alias="heures_panier_guichet",
        ge=1,
        le=720,
        description="Temps donné pour payer ce qu’un agent accepte ou réserve pour une famille, en heures.",
    )

    @property
    def title(self) -> str:
        return ""


class WelcomeTable(FileModel):
    noun: ClassVar[str] = "accueil"

    heading: Line = Field(alias="en_tete", description="Première ligne du bloc de la commune.")
    tagline: Annotated[Text, Field(max_length=200)] = Field(
        "", alias="accroche", description="Phrase sous le nom de la commune."
    )
    service_name: Line = Field(alias="service", description="Service qui répond aux familles.")
    address: Annotated[Text, Field(max_length=200)] = Field(alias="adresse", description="Rue et numéro.")
    postcode: Annotated[str, Field(pattern=r"^\d{5}$")] = Field(
        alias="code_postal", description="Code postal."
    )
    city: Line = Field(alias="ville", description="Ville, comme elle s’écrit sur une enveloppe.")
    phone: Annotated[Line, Field(max_length=20)] = Field(
        alias="telephone", description="Téléphone du service."
    )
    email: Annotated[str, column(CommuneSettings, "email")] = Field(
        "", alias="courriel", description="Adresse électronique du service."
    )
    welcome_title: Annotated[Text, Field(max_length=200)] = Field(
        "", alias="titre", description="Titre de la page d’accueil."
    )
    welcome_text: Text = Field("", alias="texte", description="Texte de la page d’accueil.")
    opening_hours: Text = Field("", alias="horaires", description="Horaires d’ouverture du service.")
    no_period_help: Text = Field(
        "",
        alias="aucune_periode",
        description="Ce qu’une famille lit quand rien n’est ouvert pour son enfant.",
    )

    booking_block_title: Annotated[Line, Field(max_length=80)] = Field(
        "Cantine / Périscolaire",
        alias="titre_reservations",
        description="Titre du bloc des réservations, sur « Mon compte ».",
    )
    booking_button: Annotated[Line, Field(max_length=80)] = Field(
        "NOUVELLE RESERVATION et/ou Modification Périscolaire",
        alias="bouton_reservation",
        description="Bouton qui commence une réservation.",
    )

    @property
    def title(self) -> str:
        return ""


class LookTable(FileModel):
    noun: ClassVar[str] = "identité visuelle"

    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = Field(
        "#1f5f8b", alias="couleur", description="Couleur de la commune, « #1f5f8b »."
    )
    theme: Annotated[str, OneOf(tuple(theme.name.lower() for theme in Theme))] = Field(
        "classic", alias="theme", description="Mise en page du portail, des courriels et des documents."
    )


class NewsTable(FileModel):
    noun: ClassVar[str] = "actualité"

    code: Code = Field(description="Identifiant de l’actualité.")
    name: Annotated[Line, Field(max_length=200)] = Field(alias="titre", description="Titre.")
    body: Text = Field(alias="texte", description="Texte.")
    published_on: date = Field(alias="date", description="Jour de publication.")
    shown_until: date | None = Field(
        None, alias="jusquau", description="Dernier jour d’affichage ; sans lui, elle reste."
    )
    is_draft: bool = Field(False, alias="brouillon", description="Vrai : les familles ne la voient pas.")

    @model_validator(mode="after")
    def _shown_after_published(self) -> "NewsTable":
        if self.shown_until and self.shown_until < self.published_on:
            raise fault("une actualité ne finit pas avant d’avoir commencé")
        return self


class LinkTable(FileModel):
    noun: ClassVar[str] = "lien du menu"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant du lien.")
    name: Line = Field(alias="libelle", description="Texte du lien.")
    url: Annotated[str, column(MenuLink, "url")] = Field(
        "", alias="lien", description="Adresse ; sans elle, le lien mène à la page `texte`."
    )
    body: Text = Field("", alias="texte", description="Texte de la page.")
    is_draft: bool = Field(False, alias="brouillon", description="Vrai : les familles ne le voient pas.")


class DownloadTable(FileModel):
    noun: ClassVar[str] = "document"
    ordered: ClassVar[bool] = True

    code: Code = Field(description="Identifiant du document.")
    name: Line = Field(alias="libelle", description="Nom affiché.")
    body: Text = Field(
        "", alias="texte", description="Texte du document, tant qu’aucun fichier n’a été déposé par un agent."
    )
    is_draft: bool = Field(False, alias="brouillon", description="Vrai : les familles ne le voient pas.")


class TownSection(Section):
    key = "commune"
    model = TownTable
    about = "La commune et ses règles de calendrier."
    required = True

    def load(self) -> TownTable | None:
        commune, settings = current_commune(), CommuneSettings.objects.first()
        if settings is None:
            return None
        return TownTable.of(
            slug=commune.slug,
            name=commune.name,
            insee=commune.insee,
            timezone=commune.timezone,
            hosts=_other_hosts(commune),
            school_zone=settings.school_zone,
            holiday_region=settings.holiday_region.lower(),
            hold_minutes=settings.hold_minutes,
            reminder_hours=settings.reminder_hours,
            office_hold_hours=settings.office_hold_hours,
            sms_sender=settings.sms_sender,
        )

    def write(self, wanted: TownTable, run: Run) -> None:
        commune = run.commune
        if wanted.slug != commune.slug:
            run.refuse(
                f"Ce fichier est celui de «{NBSP}{wanted.slug}{NBSP}», pas de «{NBSP}{commune.slug}{NBSP}»."
            )
            return
        commune.name, commune.insee, commune.timezone = wanted.name, wanted.insee, wanted.timezone
        commune.save(update_fields=["name", "insee", "timezone"])
        for host in wanted.hosts:
            domain, _ = commune.domains.model.objects.get_or_create(
                domain=host, defaults={"tenant": commune, "is_primary": False}
            )
            if domain.tenant_id != commune.pk:
                run.refuse(f"Le nom d’hôte «{NBSP}{host}{NBSP}» est celui d’une autre commune.")
        _save_settings(
            school_zone=wanted.school_zone,
            holiday_region=wanted.holiday_region.upper(),
            hold_minutes=wanted.hold_minutes,
            reminder_hours=wanted.reminder_hours,
            office_hold_hours=wanted.office_hold_hours,
            sms_sender=wanted.sms_sender,
        )

    def prune(self, wanted: TownTable, run: Run) -> None:
        run.commune.domains.filter(is_primary=False).exclude(domain__in=wanted.hosts).delete()


def _other_hosts(commune: Commune) -> list[str]:
    return list(commune.domains.filter(is_primary=False).order_by("domain").values_list("domain", flat=True))


def _save_settings(**values: Any) -> None:
    CommuneSettings.objects.update_or_create(pk=1, defaults=values)


class WelcomeSection(Section):
    key = "accueil"
    model = WelcomeTable
    about = "Le bloc de la commune et la page d’accueil publique."
    required = True
    is_content = True

    def load(self) -> WelcomeTable | None:
        settings = CommuneSettings.objects.first()
        if settings is None or not settings.heading:
            return None
        return WelcomeTable.of(**{name: getattr(settings, name) for name in WelcomeTable.model_fields})

    def write(self, wanted: WelcomeTable, run: Run) -> None:  # noqa: ARG002
        _save_settings(**{name: getattr(wanted, name) for name in WelcomeTable.model_fields})


class LookSection(Section):
    key = "identite"
    model = LookTable
    about = "L’identité visuelle. Le logo se dépose à l’écran et n’est pas dans le fichier."
    is_content = True

    def load(self) -> LookTable | None:
        branding = Branding.objects.first()
        return (
            LookTable.of(accent=branding.accent, theme=Theme(branding.theme).name.lower())
            if branding
            else None
        )

    def write(self, wanted: LookTable, run: Run) -> None:  # noqa: ARG002
        Branding.objects.update_or_create(
            pk=1, defaults={"accent": wanted.accent, "theme": Theme[wanted.theme.upper()]}
        )


class ContentSection(Section):
    """A list of contents that nothing refers to: what the file's list no longer holds simply goes."""

    many = True
    kept_when_silent = True
    is_content = True
    table: ClassVar[type[Model]]
    columns: ClassVar[dict[str, str]]
    """Attribute of the file → column of the database."""

    def load(self) -> list[FileModel]:
        return [
            self.model.of(
                code=row.code, **{name: getattr(row, column) for name, column in self.columns.items()}
            )
            for row in self.table._default_manager.all()
        ]

    def write(self, wanted: list[FileModel], run: Run) -> None:  # noqa: ARG002
        ranks = {item.identity: rank for rank, item in enumerate(wanted)}

        def values(item: FileModel) -> dict[str, Any]:
            place = {"position": ranks[item.identity]} if item.ordered else {}
            return place | {column: getattr(item, name) for name, column in self.columns.items()}

        save_by_code(self.table._default_manager.all(), wanted, values)

    def prune(self, wanted: list[FileModel], run: Run) -> None:
        codes = [str(item.identity) for item in wanted]
        delete_absent(self.table._default_manager.all(), codes, run, noun=self.model.noun)


class NewsSection(ContentSection):
    key = "actualites"
    model = NewsTable
    about = "Les nouvelles de la page d’accueil."
    table = NewsItem
    columns = {
        "name": "title",
        "body": "body",
        "published_on": "published_on",
        "shown_until": "shown_until",
        "is_draft": "is_draft",
    }


class MenuSection(ContentSection):
    key = "menus"
    model = LinkTable
    about = "Les liens du menu, dans l’ordre."
    table = MenuLink
    columns = {"name": "label", "url": "url", "body": "body", "is_draft": "is_draft"}


class DownloadSection(ContentSection):
    key = "telechargements"
    model = DownloadTable
    about = "Les documents à télécharger, dans l’ordre. Un fichier déposé par un agent est conservé."
    table = Download
    columns = {"name": "label", "body": "body", "is_draft": "is_draft"}
