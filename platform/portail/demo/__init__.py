"""The demo's people: invented families, agents and vendor, with a little history. Run again, it changes nothing."""

from portail.demo.people import seed

__all__ = ["seed"]
