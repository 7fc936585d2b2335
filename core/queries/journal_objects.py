"""The pages of what the journal names, of the objects that this application keeps; see core.journal_pages."""

from collections.abc import Callable

from django.db.models import Model
from django.urls import reverse

from core import models
from core.journal_pages import at, register


def register_own() -> None:
    register(models.Household, at("agent_family"))
    register(models.Child, at("agent_child"))
    register(models.Guardian, lambda guardian: reverse("agent_family", args=[guardian.household_id]))
    register(models.User, _account, "guardian")
    register(models.FileChange, at("agent_child_change"))
    register(models.FamilyRegistration, at("agent_registration"))
    register(models.FileImport, at("agent_import"))
    register(models.YearChange, at("agent_year_change"))
    register(models.Conversation, at("agent_conversation"))
    register(models.Mailing, at("agent_mailing"))
    register(models.RetentionProposal, at("agent_privacy_retention"))
    register(models.AppliedFile, at("agent_settings_version"))
    register(
        models.Establishment,
        lambda place: reverse("agent_settings_object", args=[f"etablissements/{place.code}"]),
    )
    for key, entry in (
        ("actualites", models.NewsItem),
        ("pages", models.MenuLink),
        ("documents", models.Download),
        ("questions", models.Question),
        ("sujets", models.ContactSubject),
        ("reponses", models.CannedAnswer),
    ):
        register(entry, _entry(key))


def _entry(key: str) -> Callable[[Model], str]:
    return lambda row: reverse("agent_portal_entry", args=[key, row.pk])


def _account(user: models.User) -> str:
    if not user.is_family:
        return reverse("agent_colleague", args=[user.pk])
    guardian = getattr(user, "guardian", None)
    return reverse("agent_family", args=[guardian.household_id]) if guardian else ""
