import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_platform_stays_a_source_root():
    """With an ``__init__.py``, our folder would hide the standard library's ``platform`` and break Python."""
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.python_version()
