"""GraphiQL is served from the package: the page, its files, the examples."""

import gzip
import json
import re
from pathlib import Path

import httpx
import orjson
import pytest

import endpoint.graphiql
from endpoint.app import build_app
from endpoint.graphiql.examples import Example, load_examples
from endpoint.settings import EndpointSettings
from tests.endpoint.conftest import client_of
from tests.endpoint.toy import EXAMPLES, ToyExecutor, authenticate, ready

FOLDER = Path(endpoint.graphiql.__file__).parent


def examples_of(page: httpx.Response) -> list[dict[str, str]]:
    found = re.search(r'<script id="examples" type="application/json">(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    examples: list[dict[str, str]] = orjson.loads(found[1])
    return examples


def files_of(page: httpx.Response) -> list[str]:
    files = re.findall(r'(?:src|href)="(graphiql/[^"]+)"', page.text)
    assert len(files) == 2
    return [f"/{file}" for file in files]


async def test_the_root_leads_to_graphiql_also_behind_a_prefix(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "graphiql")


async def test_the_page_forbids_other_origins(client: httpx.AsyncClient) -> None:
    page = await client.get("/graphiql")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = dict(entry.split(" ", 1) for entry in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    sources = " ".join(policy.values()).split()
    assert set(sources) <= {"'none'", "'self'", "'unsafe-inline'", "data:"}
    assert "://" not in page.text


async def test_the_files_of_the_page_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    for file in files_of(await client.get("/graphiql")):
        answer = await client.get(file, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == ("text/css" if file.endswith("css") else "text/javascript") + (
            "; charset=utf-8"
        )
        plain = await client.get(file, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content


async def test_nothing_is_sent_again_to_who_has_it(client: httpx.AsyncClient) -> None:
    for path in ("/graphiql", *files_of(await client.get("/graphiql"))):
        etag = (await client.get(path)).headers["etag"]
        again = await client.get(path, headers={"if-none-match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        other = await client.get(path, headers={"if-none-match": '"other"'})
        assert other.status_code == 200


@pytest.mark.parametrize("name", ["page.py", "..%2Fpage.py", "%2e%2e/page.html", "graphiql.js", "README.md"])
async def test_no_other_file_is_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/graphiql/{name}")).status_code == 404


async def test_the_page_carries_the_examples_in_the_order_of_their_files(client: httpx.AsyncClient) -> None:
    examples = examples_of(await client.get("/graphiql"))
    assert [example["title"] for example in examples] == [
        "Everyone, with what they spent",
        "Names that start with phở",
        "c-language",
    ]
    assert examples[2]["query"] == "{ language }\n"


async def test_an_example_cannot_break_out_of_the_page(tmp_path: Path) -> None:
    query = "# </script><script>alert(1)</script>\n{ language }"
    (tmp_path / "hostile.graphql").write_text(query)
    app = build_app(ToyExecutor(), authenticate, ready, EndpointSettings(examples=tmp_path))
    async with client_of(app) as client:
        page = await client.get("/graphiql")
    assert page.text.count("<script") == 2
    assert examples_of(page) == [{"title": query.partition("\n")[0][2:], "query": query}]


@pytest.mark.parametrize("examples", [None, Path("no-such-folder")])
async def test_it_opens_without_examples_too(examples: Path | None) -> None:
    app = build_app(ToyExecutor(), authenticate, ready, EndpointSettings(examples=examples))
    async with client_of(app) as client:
        assert examples_of(await client.get("/graphiql")) == []


async def test_it_can_be_switched_off() -> None:
    app = build_app(ToyExecutor(), authenticate, ready, EndpointSettings(graphiql=False))
    async with client_of(app) as client:
        assert [(await client.get(path)).status_code for path in ("/graphiql", "/")] == [404, 404]


def test_the_title_of_an_example_is_its_first_comment_line_or_its_file_name(tmp_path: Path) -> None:
    texts = {"b": "\n# Second\n# more\n{ a }", "a": "{ a } # not a title", "c": "#\n{ a }"}
    for name, text in texts.items():
        (tmp_path / f"{name}.graphql").write_text(text)
    assert load_examples(tmp_path) == (
        Example("a", texts["a"]),
        Example("Second", texts["b"]),
        Example("c", texts["c"]),
    )
    assert load_examples(EXAMPLES)[0].title == "Everyone, with what they spent"


def test_the_bundle_is_small_asks_nobody_and_comes_with_its_licences() -> None:
    files = sorted((FOLDER / "static").iterdir())
    assert sum(file.stat().st_size for file in files) < 3_000_000
    style = next(gzip.decompress(file.read_bytes()).decode() for file in files if file.name.endswith(".css.gz"))
    assert set(re.findall(r"url\((.{0,5})", style)) <= {"data:"}
    assert "@import" not in style
    licences = (FOLDER / "static" / "THIRD-PARTY-LICENCES.txt").read_text(encoding="utf-8")
    manifest = json.loads((FOLDER / "source" / "package.json").read_text())
    for package, version in manifest["dependencies"].items():
        assert f"{package} {version} (MIT)" in licences


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((FOLDER / "source" / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for path, package in lock["packages"].items() if path)
