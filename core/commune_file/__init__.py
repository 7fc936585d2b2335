"""The town as a file: everything a commune configures, in one readable TOML document.

`services` checks, applies, exports and compares; `sections` says what a file is made of. Each application
registers its tables from its own ``commune_file`` module.
"""

from core.commune_file import places, town

__all__ = ["places", "town"]
