"""Where keys stand in a TOML document, whatever way it is written."""

import tomllib

from core.commune_file.lines import line_of, locate

TEXT = '''\
# a comment with [brackets] and = signs
title = "a # b"
"quoted key" = 1

[a]
b.c = """
several
lines with [[d]] in it
"""
list = [
  1,  # one
  { x = 2, y = [3, 4] },
]

[[d]]
e = \'\'\'
[[d]]\'\'\'

[[d]]
[d.f]
g = 1979-05-27T07:32:00
[[d.h]]
i = { j = "}", k = \'\' }
[[d.h]]
i = 2
'''


def test_every_key_has_its_line() -> None:
    tomllib.loads(TEXT)
    lines = locate(TEXT)
    assert lines == {
        ("title",): 2,
        ("quoted key",): 3,
        ("a",): 5,
        ("a", "b"): 6,
        ("a", "b", "c"): 6,
        ("a", "list"): 10,
        ("a", "list", 0): 11,
        ("a", "list", 1): 12,
        ("a", "list", 1, "x"): 12,
        ("a", "list", 1, "y"): 12,
        ("a", "list", 1, "y", 0): 12,
        ("a", "list", 1, "y", 1): 12,
        ("d",): 15,
        ("d", 0): 15,
        ("d", 0, "e"): 16,
        ("d", 1): 19,
        ("d", 1, "f"): 20,
        ("d", 1, "f", "g"): 21,
        ("d", 1, "h"): 22,
        ("d", 1, "h", 0): 22,
        ("d", 1, "h", 0, "i"): 23,
        ("d", 1, "h", 0, "i", "j"): 23,
        ("d", 1, "h", 0, "i", "k"): 23,
        ("d", 1, "h", 1): 24,
        ("d", 1, "h", 1, "i"): 25,
    }
    assert line_of(lines, ("d", 1, "f", "missing")) == 20
