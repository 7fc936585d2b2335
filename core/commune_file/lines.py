"""Where each key of a TOML document stands: path → line. The text must already be valid TOML."""

import re

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"""{1,3}', re.DOTALL),
    re.compile(r"'''.*?'''{1,3}", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\])*"'),
    re.compile(r"'[^']*'"),
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def locate(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, array item and key of a valid TOML document."""
    return _Scanner(text).scan()


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, or of its nearest ancestor that is written in the document."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.sizes: dict[Path, int] = {}  # arrays of tables: how many items were opened

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip_blank()
        while self.at < len(self.text):
            if self._takes("[["):
                table = self._open_item(self._key())
                self._expect("]]")
            elif self._takes("["):
                table = self._resolve(self._key())
                self._mark(table)
                self._expect("]")
            else:
                self._pair(table)
            self._skip_blank()
        return self.lines

    def _pair(self, table: Path) -> None:
        path = table
        for part in self._key():
            path = (*path, part)
            self._mark(path)
        self._expect("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        if self._takes("["):
            self._array(path)
        elif self._takes("{"):
            while not self._closes("}"):
                self._pair(path)
        elif self.text[self.at] in "\"'":
            self._string()
        else:
            match = _SCALAR.match(self.text, self.at)
            assert match is not None
            self.at = match.end()

    def _array(self, path: Path) -> None:
        index = 0
        while not self._closes("]"):
            self._mark((*path, index))
            self._value((*path, index))
            index += 1

    def _closes(self, mark: str) -> bool:
        self._skip_blank()
        if self._takes(","):
            self._skip_blank()
        return self._takes(mark)

    def _key(self) -> list[str]:
        parts = [self._key_part()]
        while True:
            self._skip_blank()
            if not self._takes("."):
                return parts
            parts.append(self._key_part())

    def _key_part(self) -> str:
        self._skip_blank()
        if self.text[self.at] in "\"'":
            return self._string()[1:-1]
        match = _BARE_KEY.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        return match.group()

    def _string(self) -> str:
        match = next(found for shape in _STRINGS if (found := shape.match(self.text, self.at)))
        self.at = match.end()
        return match.group()

    def _open_item(self, keys: list[str]) -> Path:
        array = (*self._resolve(keys[:-1]), keys[-1])
        self._mark(array)
        index = self.sizes.get(array, 0)
        self.sizes[array] = index + 1
        self._mark((*array, index))
        return (*array, index)

    def _resolve(self, keys: list[str]) -> Path:
        """A table's path: under an array of tables, it belongs to the last item opened."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self.sizes:
                path = (*path, self.sizes[path] - 1)
        return path

    def _mark(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def _skip_blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def _takes(self, mark: str) -> bool:
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def _expect(self, mark: str) -> None:
        self._skip_blank()
        if not self._takes(mark):
            raise ValueError(f"« {mark} » attendu à la position {self.at}")
