"""What a family may send, and the antivirus that reads it first: a daemon that speaks ClamAV's protocol."""

import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.forms.papers import MAX_MEGABYTES, PaperField
from core.pictures import PAGE_SIDE, bare_picture
from tests.factories.papers import a_picture

PDF = b"%PDF-1.7 une attestation"
JPEG = a_picture()


def sent(name: str, content: bytes) -> str:
    """The name of the file that is taken, or the sentence that refuses it."""
    try:
        file = PaperField().clean(SimpleUploadedFile(name, content))
    except forms.ValidationError as refusal:
        return refusal.messages[0].replace("\u00a0", " ")
    assert file is not None
    if content.startswith(PDF):
        assert file.read() == content  # nothing of it was eaten by the checks
    return file.name


@pytest.mark.parametrize("name", ["assurance.pdf", "IMG_0042.JPG", "scan.jpeg"])
def test_a_pdf_or_a_photograph_is_taken(name):
    assert sent(name, PDF if name.endswith("pdf") else JPEG) == name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("faux.pdf", b"MZ\x90\x00"),
        ("photo.jpg", PDF),
        ("virus.exe", PDF),
        ("page.html", b"<html>"),
        ("sans", PDF),
    ],
)
def test_the_content_must_be_what_the_name_says(name, content):
    assert sent(name, content) == "Envoyez un PDF, ou une photo JPEG ou PNG."


def test_a_picture_is_upright_and_keeps_nothing_but_its_pixels():
    for name, kind in (("IMG_1.JPG", "JPEG"), ("scan.png", "PNG")):
        content = a_picture(kind=kind)
        assert b"Odile" in content
        file = PaperField().clean(SimpleUploadedFile(name, content))
        kept = file.read()
        with Image.open(BytesIO(kept)) as picture:
            assert (picture.format, picture.size, dict(picture.getexif())) == (kind, (120, 90), {})
        assert b"Odile" not in kept and file.name == name


def test_a_transparent_drawing_stays_transparent_and_a_huge_one_is_made_smaller():
    content = BytesIO()
    Image.new("RGBA", (4000, 10), (0, 0, 0, 0)).save(content, "PNG")
    with Image.open(BytesIO(bare_picture(BytesIO(content.getvalue())))) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (PAGE_SIDE, 9))


@pytest.mark.parametrize("side", [9_000, 12_000, 40_000])
def test_a_picture_made_to_fill_the_memory_is_refused(side):
    """Its header says so: nothing is unpacked. Pillow itself warns, then refuses, beyond its own limits."""
    header = struct.pack("!II5B", side, side, 8, 2, 0, 0, 0)
    chunk = (
        struct.pack("!I", len(header)) + b"IHDR" + header + struct.pack("!I", zlib.crc32(b"IHDR" + header))
    )
    assert "illisible ou démesurée" in sent("bombe.png", b"\x89PNG\r\n\x1a\n" + chunk)


def test_an_apple_photograph_says_what_to_do():
    assert "Le plus compatible" in sent("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic rest")


def test_too_large_a_file_says_the_limit():
    heavy = SimpleUploadedFile("photo.jpg", JPEG)
    heavy.size = MAX_MEGABYTES * 1024 * 1024 + 1
    with pytest.raises(forms.ValidationError) as refusal:
        PaperField().clean(heavy)
    assert "dépasse 10 Mo" in refusal.value.messages[0].replace("\u00a0", " ")


def read_exactly(peer: socket.socket, count: int) -> bytes:
    read = b""
    while len(read) < count:
        read += peer.recv(count - len(read))
    return read


class Daemon(threading.Thread):
    """Answers like clamd, once a connection: a virus is what holds the word « EICAR »."""

    def __init__(self, *, words: bytes = b"") -> None:
        super().__init__(daemon=True)
        self.words = words
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"

    def run(self) -> None:
        peer, _ = self.server.accept()
        with peer:
            assert read_exactly(peer, 10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", read_exactly(peer, 4))[0]:
                content += read_exactly(peer, size)
            found = b"stream: Eicar-Signature FOUND\0" if b"EICAR" in content else b"stream: OK\0"
            peer.sendall(self.words or found)


@pytest.fixture
def clamd(settings) -> Iterator:
    started = []

    def start(*, words: bytes = b"") -> None:
        daemon = Daemon(words=words)
        daemon.start()
        settings.CLAMD_ADDRESS = daemon.address
        started.append(daemon)

    yield start
    for daemon in started:
        daemon.join(timeout=5)
        daemon.server.close()


def test_a_clean_file_goes_through_the_antivirus(clamd):
    clamd()
    assert sent("assurance.pdf", PDF) == "assurance.pdf"


def test_a_virus_is_refused(clamd):
    clamd()
    assert sent("assurance.pdf", PDF + b" EICAR") == (
        "L’antivirus refuse ce fichier. Prenez le document en photo."
    )


def test_without_an_answer_nothing_is_taken(clamd, settings):
    later = "Les fichiers ne peuvent pas être vérifiés en ce moment. Réessayez dans quelques minutes."
    clamd(words=b"INSTREAM size limit exceeded. ERROR\0")
    assert sent("assurance.pdf", PDF) == later
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    assert sent("assurance.pdf", PDF) == later
