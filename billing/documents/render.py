"""Drawing PDF documents: a template of ``themes/documents`` and its data."""

import json
from collections.abc import Mapping
from typing import Any

import typst
from django.conf import settings

TEMPLATES = settings.ROOT / "themes" / "documents"


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Draw ``<template>.typ``, which reads ``data`` as JSON. The PDF is tagged (PDF/UA-1), in French.

    Only the fonts that come with the engine are used, so that a document is the same on every machine.
    """
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
