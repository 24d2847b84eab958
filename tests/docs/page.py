"""A page of the documentation, as the blocks of code that it shows section by section.

| block | what a test does with it |
|---|---|
| `graphql` | asks the running service |
| `json variables` | gives these variables to the query above; `<name>` stands for that field of the answer before |
| `json` | is the answer to the query above; `json vi` is the answer to a reader of Vietnamese |
| `console` | runs the lines that start with `$`, and compares what they print |
| a language and a path, such as `csv shop/customers.csv` | makes the file |
| `ini` | looks every name up among the settings |
| `python`, `mermaid`, `text` | is compared with the code by test_contributing.py and test_house.py |

In answers and in what commands print, `…` stands for what was left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LEFT_OUT = "…"


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the word after it, and its text."""

    language: str
    label: str
    text: str
    line: int


@dataclass(frozen=True)
class Section:
    """A heading and the blocks below it."""

    page: str
    title: str
    blocks: list[Block] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}: {self.title}"


@dataclass(frozen=True)
class Command:
    """A line that a reader types, and what it prints."""

    line: str
    output: str


def sections(page: str) -> list[Section]:
    """The sections of a page that show something in a block."""
    found = [Section(page, "before the first heading")]
    opened: tuple[str, int] | None = None
    lines: list[str] = []
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("```"):
            if opened is None and line.startswith("## "):
                found.append(Section(page, line.removeprefix("## ")))
            lines.append(line)
        elif opened is None:
            opened, lines = (line.removeprefix("```"), number), []
        else:
            language, _, label = opened[0].partition(" ")
            found[-1].blocks.append(Block(language, label, "\n".join(lines), opened[1]))
            opened = None
    return [section for section in found if section.blocks]


def commands(block: Block) -> list[Command]:
    """The commands of a `console` block; a line that ends in a backslash goes on in the next."""
    typed = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    parted = (re.fullmatch(r"((?:.*\\\n)*.*)\n?((?:.|\n)*)", text) for text in typed)
    return [Command(match[1], match[2].strip()) for match in parted if match]


def fits(shown: Any, real: Any) -> bool:
    """Whether the real answer is the shown one, key by key in the same order, but for what was left out."""
    match shown, real:
        case dict(), dict():
            return list(shown) == list(real) and all(fits(shown[key], real[key]) for key in shown)
        case [*rows, str(end)], list() if end == LEFT_OUT and len(real) > len(rows):
            return all(map(fits, rows, real))
        case list(), list():
            return len(shown) == len(real) and all(map(fits, shown, real))
        case str(), str():
            return prints(shown, real)
    return type(shown) is type(real) and bool(shown == real)


def prints(shown: str, real: str) -> bool:
    """Whether the real text is the shown one, but for what was left out and for spaces at the ends of lines."""
    parts = (re.escape(part.strip("\n")) for part in _trimmed(shown).split(LEFT_OUT))
    return re.fullmatch(".*".join(parts), _trimmed(real), re.DOTALL) is not None


def find(name: str, answer: Any) -> Any:
    """The first field of this name in an answer."""
    if isinstance(answer, dict) and name in answer:
        return answer[name]
    children = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ()
    return next((found for child in children if (found := find(name, child)) is not None), None)


def _trimmed(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())
