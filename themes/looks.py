"""A town's theme: a folder of ``themes/`` that holds only what differs from the usual look."""


def themed(theme: str, name: str) -> list[str]:
    """The template of a page in a theme, then the usual one: Django takes the first that exists."""
    return [f"{theme}/{name}", name] if theme else [name]
