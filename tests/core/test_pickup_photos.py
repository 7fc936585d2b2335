"""The photographs of those who may fetch a child: made small, seen by whoever may, erased with what named them."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.child_file import DossierField
from core.clock import frozen
from core.models import ChildFact, FileChange, PickupPhoto
from core.pictures import SIDE, UnreadablePictureError, portrait
from core.services.child_file import refuse_change
from core.services.housekeeping import tidy_up
from core.services.pickup_photos import forget_all_photos
from tests.factories.child_file import a_policy
from tests.factories.papers import a_picture
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
ODILE = {"pickups-0-name": "Odile Rivière", "pickups-0-phone": "0612345678"}


def upload(name: str = "IMG_0042.JPG", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture() if content is None else content)


@pytest.fixture
def family(commune):
    town_settings()
    with frozen(NOW):
        yield a_family(school=None)


@pytest.fixture
def home(commune, client_for, family):
    return client_for(commune, family.user)


@pytest.fixture
def url(family) -> str:
    return f"/mon-compte/enfants/{family.child.pk}/dossier/autorisations/"


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def is_stored(photo: PickupPhoto) -> bool:
    return photo.file.storage.exists(photo.file.name)


def test_a_portrait_is_small_upright_and_says_nothing_else():
    made = portrait(BytesIO(a_picture(size=(900, 1200))))
    with Image.open(BytesIO(made)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (SIDE, SIDE * 3 // 4), {})
    assert b"Odile" not in made
    for wrong in (b"\xff\xd8\xff\xe0 pas une image", a_picture()[:300], b""):
        with pytest.raises(UnreadablePictureError):
            portrait(BytesIO(wrong))


def test_a_family_gives_shows_replaces_and_takes_back_a_photograph(
    home, url, family, commune, client_for, django_capture_on_commit_callbacks
):
    page = body(home.post(url, ODILE | {"pickups-0-photo": upload()}, follow=True))
    photo = PickupPhoto.objects.get()
    address = f"/mon-compte/enfants/{family.child.pk}/photos/{photo.token}/"
    assert f'src="{address}"' in page and "Odile Rivière – 06 12 34 56 78" in page
    answer = home.get(address)
    assert b"".join(answer).startswith(b"\xff\xd8\xff")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "private, no-store")
    stranger = client_for(commune, a_family(school=None, name="Lavandier").user)
    assert stranger.get(address).status_code == 404
    desk = client_for(commune, an_agent())
    shown = f"/agent/enfants/{family.child.pk}/photos/{photo.token}/"
    assert shown in body(desk.get(f"/agent/enfants/{family.child.pk}/"))
    assert b"".join(desk.get(shown)).startswith(b"\xff\xd8\xff")

    form = body(home.get(url))
    assert f'value="{photo.token}"' in form and 'accept="image/jpeg,image/png' in form
    kept = ODILE | {"pickups-0-photo-kept": photo.token}
    home.post(url, kept | {"pickups-0-link": "grand-mère"})
    assert ChildFact.objects.get().entries[0]["photo"] == photo.token
    with django_capture_on_commit_callbacks(execute=True):
        home.post(url, kept | {"pickups-0-photo": upload("autre.png", a_picture(kind="PNG"))})
    other = PickupPhoto.objects.get()
    assert other.token != photo.token and is_stored(other) and not is_stored(photo)
    gone = {"pickups-0-photo-kept": other.token, "pickups-0-photo-gone": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        home.post(url, ODILE | gone)
    assert "photo" not in ChildFact.objects.get().entries[0]
    assert not PickupPhoto.objects.exists() and not is_stored(other)


def test_a_photograph_stays_while_the_rest_is_corrected(home, url, family):
    page = body(home.post(url, {"pickups-0-photo": upload()}))
    assert "Ce champ est obligatoire" in page
    photo = PickupPhoto.objects.get()
    assert f'value="{photo.token}"' in page and f"/photos/{photo.token}/" in page
    home.post(url, ODILE | {"pickups-0-photo-kept": photo.token})
    assert ChildFact.objects.get().entries[0]["photo"] == photo.token
    home.post(url, {"pickups-0-photo-kept": photo.token})
    assert not ChildFact.objects.exists(), "une photo seule ne dit personne"


def test_what_is_not_a_photograph_is_told_beside_the_box(home, url):
    heic = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20
    for name, content, told in (
        ("IMG.HEIC", heic, "au format HEIC"),
        ("contrat.pdf", b"%PDF-1.7", "Envoyez une image JPEG ou PNG"),
        ("coupee.jpg", a_picture()[:300], "illisible"),
    ):
        page = body(home.post(url, ODILE | {"pickups-0-photo": upload(name, content)}))
        assert told in page and 'value="Odile Rivière"' in page
    assert not PickupPhoto.objects.exists() and not ChildFact.objects.exists()


def test_a_photograph_of_another_child_cannot_be_named(home, url, family, commune, client_for):
    other = a_family(school=None, name="Lavandier")
    theirs = f"/mon-compte/enfants/{other.child.pk}/dossier/autorisations/"
    client_for(commune, other.user).post(theirs, ODILE | {"pickups-0-photo": upload()})
    token = PickupPhoto.objects.get().token
    home.post(url, ODILE | {"pickups-0-photo-kept": token})
    assert "photo" not in ChildFact.objects.get(child=family.child).entries[0]
    assert PickupPhoto.objects.get().child == other.child


def test_a_refused_an_abandoned_and_a_forgotten_photograph_go(
    home, url, family, django_capture_on_commit_callbacks
):
    a_policy(DossierField.PICKUPS, "editable", is_checked=True)
    home.post(url, ODILE | {"pickups-0-photo": upload()})
    tidy_up(now=NOW + timedelta(days=2))
    assert is_stored(PickupPhoto.objects.get()), "un changement qui attend la nomme"
    change = FileChange.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        refuse_change(change=change, reason="Floue.", by=an_agent(), now=NOW)
    assert not PickupPhoto.objects.exists()

    home.post(url, {"pickups-0-photo": upload()})
    tidy_up(now=NOW + timedelta(hours=23))
    photo = PickupPhoto.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        tidy_up(now=NOW + timedelta(days=2))
    assert not PickupPhoto.objects.exists() and not is_stored(photo)

    home.post(url, ODILE | {"pickups-0-photo": upload()})
    photo = PickupPhoto.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        forget_all_photos([family.child.pk])
    assert not is_stored(photo)
