"""Every page leads where it says, and names no machine."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import server

ROOT = Path(server.__file__).parent
# What tools, other people and the database put into a clone.
NOT_OURS = {".git", ".venv", ".customer-graph", "node_modules", "build", ".pytest_cache"}
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^ *(```+|~~~+).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *#*$", re.MULTILINE)
MACHINE_PATH = re.compile(r"(?<![\w.~/])/(?:home|root|work|tmp|Users|mnt|private)/[\w.-]+|\b[A-Z]:\\\w+")


def pages(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in NOT_OURS:
            yield from pages(path)
        elif path.suffix == ".md":
            yield path


PAGES = list(pages())
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def links(text: str) -> list[str]:
    """The targets of the links of a page; what stands in code is no link."""
    return [found["target"] for found in LINK.finditer(CODE.sub("", FENCE.sub("", text)))]


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    found: set[str] = set()
    for heading in HEADING.finditer(FENCE.sub("", text)):
        slug = re.sub(r"[^\w\- ]", "", heading["text"].lower()).replace(" ", "-")
        same = sum(1 for other in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", other))
        found.add(f"{slug}-{same}" if same else slug)
    return found


def broken(page: Path) -> Iterator[str]:
    for target in links(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = target.partition("#")
        leads_to = (page.parent / name).resolve() if name else page
        if not leads_to.exists() or not leads_to.is_relative_to(ROOT):
            yield f"{target}: there is no such file in the repository"
        elif anchor and leads_to.suffix == ".md" and anchor not in anchors(leads_to.read_text(encoding="utf-8")):
            yield f"{target}: the page has no such heading"


def test_links_and_anchors_are_read_as_a_browser_reads_them() -> None:
    page = (
        "# A `b`: c\n## Two\n## Two\n[one](x.md#a-b-c) `[no](code)`\n```\n# no heading\n[no](fence)\n```\n![two](y.png)"
    )
    assert links(page) == ["x.md#a-b-c", "y.png"]
    assert anchors(page) == {"a-b-c", "two", "two-1"}


@every_page
def test_relative_links_lead_to_something(page: Path) -> None:
    assert list(broken(page)) == []


@every_page
def test_no_page_names_a_path_of_one_machine(page: Path) -> None:
    assert MACHINE_PATH.findall(page.read_text(encoding="utf-8")) == []


def test_every_page_of_the_documentation_can_be_reached_from_the_readme() -> None:
    readme = ROOT / "README.md"
    reached, waiting = set(), [readme] if readme.exists() else []
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        named = (target.partition("#")[0] for target in links(page.read_text(encoding="utf-8")) if ":" not in target)
        waiting.extend(found for name in named if name and (found := (page.parent / name).resolve()) in PAGES)
    assert [str(p.relative_to(ROOT)) for p in PAGES if p.is_relative_to(ROOT / "docs") and p not in reached] == []
