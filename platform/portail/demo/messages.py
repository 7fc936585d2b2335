"""What families and the office of Bellegarde wrote to each other, menus of two weeks, the town's frequent questions."""

from datetime import timedelta
from uuid import uuid4

from core.clock import now
from core.enums import Course, MailingNature
from core.menus import school_week
from core.models import (
    CannedAnswer,
    ContactSubject,
    Conversation,
    Establishment,
    Household,
    Mailing,
    MenuDish,
    NewsItem,
    Question,
    User,
)
from core.queries.face import forget_face
from core.services.conversations import answer, ask_as_visitor, ask_the_office, note
from core.services.mailings import save_mailing, send_mailing
from core.services.menus import Dish, write_menus
from core.services.message_files import Attached
from portail.demo.pages import a_pdf, a_photograph
from tenants.context import town_timezone

SUBJECTS = (
    ("cantine", "Cantine et périscolaire", "Guichet unique"),
    ("factures", "Factures et paiements", "Régie"),
    ("dossier", "Dossier de la famille", "Guichet unique"),
)
ANSWERS = (
    ("recu", "Bien reçu", "Bonjour {famille},\n\nVotre demande est bien reçue. Nous revenons vers vous sous trois jours.\n\n{agent}, {service}"),
    ("delai", "Délai dépassé", "Bonjour {famille},\n\nLe délai est dépassé pour ce jour : appelez-nous au {telephone}, nous ferons au mieux.\n\n{agent}"),
)  # fmt: skip
QUESTIONS = (
    ("annuler", "Cantine", "Jusqu’à quand annuler un repas ?", "Le planning le dit sous chaque jour : après cette heure, le repas reste dû."),
    ("allergie", "Cantine", "Mon enfant a une allergie, que faire ?", "Remplissez la partie **Santé** de son dossier, depuis votre compte. Les menus disent les quatorze allergènes."),
    ("payer", "Paiement", "Comment payer une facture ?", "Depuis **Mon compte** : cochez la facture, puis « Payer en ligne ». Le guichet prend aussi les chèques et les espèces."),
)  # fmt: skip
# Monday to Friday; each dish: its course, its name, its allergens, its labels.
MENUS = (
    (
        (Course.STARTER, "Carottes râpées", ("moutarde",), ("bio", "local")),
        (Course.MAIN, "Hachis parmentier", ("lait", "celeri"), ("maison",)),
        (Course.OTHER, "Parmentier de lentilles", ("lait", "celeri"), ("vegetarien", "sans-porc")),
        (Course.DESSERT, "Pomme", (), ("local",)),
    ),
    (
        (Course.STARTER, "Soupe de courge", ("lait",), ("maison",)),
        (Course.MAIN, "Omelette aux herbes", ("oeufs", "lait"), ("bio", "vegetarien")),
        (Course.SIDE, "Riz de Camargue", (), ("aop",)),
        (Course.DESSERT, "Yaourt nature", ("lait",), ("bio", "local")),
    ),
    (),
    (
        (Course.STARTER, "Betteraves", ("moutarde",), ("bio",)),
        (Course.MAIN, "Colin sauce citron", ("poissons", "lait"), ("peche-durable",)),
        (Course.SIDE, "Semoule", ("gluten",), ()),
        (Course.DESSERT, "Compote de poires", (), ("maison",)),
    ),
    (
        (Course.OCCASION, "Repas végétarien", (), ()),
        (Course.STARTER, "Taboulé", ("gluten",), ("maison",)),
        (Course.MAIN, "Gratin de courgettes", ("lait", "gluten"), ("vegetarien", "bio")),
        (Course.DAIRY, "Tomme", ("lait",), ("aop",)),
        (Course.DESSERT, "Gâteau au chocolat", ("gluten", "oeufs", "lait"), ("maison",)),
    ),
)


def write_portal(*, agent: User) -> None:
    """Subjects, canned answers, questions and menus. Once."""
    if ContactSubject.objects.exists():
        return
    ContactSubject.objects.bulk_create(
        ContactSubject(code=code, label=label, service=service, position=rank)
        for rank, (code, label, service) in enumerate(SUBJECTS)
    )
    CannedAnswer.objects.bulk_create(
        CannedAnswer(code=code, label=label, body=body, position=rank)
        for rank, (code, label, body) in enumerate(ANSWERS)
    )
    Question.objects.bulk_create(
        Question(code=code, theme=theme, label=label, body=body, position=rank)
        for rank, (code, theme, label, body) in enumerate(QUESTIONS)
    )
    _write_menus()
    _write_conversations(agent)
    forget_face()


def write_group_messages(*, agent: User) -> None:
    """One message that has gone, one that waits, and news for one school. Once."""
    school = Establishment.objects.order_by("position").first()
    if school is None or Mailing.objects.exists():
        return
    audience = {"source": "ecole", "code": school.code, "day": "", "label": f"{school.name} (une école)"}
    body = "La cantine sera fermée vendredi. Prévoyez un **pique-nique**."
    for subject, nature, goes in (
        ("Cantine fermée vendredi", MailingNature.SERVICE, True),
        ("La fête de l’école approche", MailingNature.NEWS, False),
    ):
        mailing = Mailing(subject=subject, body=body, nature=nature, audiences=[audience])
        save_mailing(mailing=mailing, by=agent, now=now())
        if goes:
            send_mailing(mailing=mailing, now=now())
    NewsItem.objects.create(
        code="photos-de-classe",
        title="Photos de classe mardi",
        body=f"À {school.name}, dès 9 h.",
        published_on=now().astimezone(town_timezone()).date(),
        audiences=[audience],
    )


def _write_menus() -> None:
    if MenuDish.objects.exists():
        return
    today = now().astimezone(town_timezone()).date()
    for week in (today, today + timedelta(days=7)):
        days = school_week(week)
        dishes = [
            Dish(date=day, course=course, name=name, allergens=allergens, labels=labels)
            for day, menu in zip(days, MENUS, strict=True)
            for course, name, allergens, labels in menu
        ]
        write_menus(days=days, establishment=None, dishes=dishes, by=None, now=now())


def _write_conversations(agent: User) -> None:
    household = Household.objects.get(number="F00001")
    guardian = household.guardians.filter(user__isnull=False).select_related("user").first()
    if guardian is None or guardian.user is None or Conversation.objects.exists():
        return
    subjects = {subject.code: subject for subject in ContactSubject.objects.all()}
    at = now() - timedelta(days=2)
    answered = ask_the_office(
        household=household,
        subject=subjects["factures"],
        child=None,
        about=None,
        body="Bonjour, puis-je régler la facture en deux fois ?",
        by=guardian.user,
        nonce=uuid4(),
        now=at,
    )
    note(conversation=answered, body="Vu avec la régie : d’accord.", by=agent, nonce=uuid4(), now=at)
    answer(
        conversation=answered,
        body="Bonjour, oui : réglez la moitié maintenant, le reste avant la fin du mois.",
        closes=False,
        by=agent,
        nonce=uuid4(),
        now=at + timedelta(hours=3),
    )
    ask_the_office(
        household=household,
        subject=subjects["cantine"],
        child=household.children.first(),
        about=None,
        body="Bonjour, reste-t-il une place à l’étude du jeudi ?",
        by=guardian.user,
        nonce=uuid4(),
        now=now() - timedelta(hours=5),
    )
    ask_the_office(
        household=household,
        subject=subjects["dossier"],
        child=household.children.first(),
        about=None,
        body="Bonjour, voici le certificat de scolarité et la première page du carnet de santé.",
        files=Attached(
            sent=[
                a_pdf("Certificat de scolarité", household.children.first(), name="certificat.pdf"),
                a_photograph("carnet-de-sante.jpg"),
            ]
        ),
        by=guardian.user,
        nonce=uuid4(),
        now=now() - timedelta(hours=4),
    )
    ask_as_visitor(
        subject=subjects["dossier"],
        name="Noa Fougère",
        email="noa.fougere@exemple.example",
        phone="",
        message="Bonjour, nous arrivons dans la commune en janvier. Comment inscrire notre fille ?",
        nonce=uuid4(),
        now=now() - timedelta(hours=2),
    )
