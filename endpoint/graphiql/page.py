"""The GraphiQL page and its files, with the headers that let browsers keep them and forbid other origins."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from endpoint.errors import PathError
from endpoint.graphiql.examples import load_examples

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_CONTENT_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
# The names of the files carry a hash of their content, so what a name stands for never changes.
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
# Styles may be inline because the menus and the dialogue of GraphiQL put some on the page as they open.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class _Asset:
    """A file as it is sent, in the form it is stored (gzip) and unpacked for those who do not read that."""

    content_type: str
    packed: bytes
    plain: bytes
    etag: str


def graphiql_routes(examples: Path | None) -> list[BaseRoute]:
    """/graphiql, its files, and / leading there. `examples` is the folder of queries to open with."""
    assets = _load_assets()
    body = _page(assets, examples)
    etag = _etag(body)

    async def page(request: Request) -> Response:
        headers = {
            "content-security-policy": _CONTENT_SECURITY_POLICY,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "cache-control": _ASK_AGAIN,
            "etag": etag,
        }
        if _is_known(request, etag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="text/html")

    async def file(request: Request) -> Response:
        asset = assets.get(request.path_params["name"])
        if asset is None:
            raise PathError(path=request.url.path)
        return _send(asset, request)

    async def home(_request: Request) -> Response:
        # Relative: the service may stand behind a proxy that adds a prefix.
        return RedirectResponse("graphiql", 307)

    return [Route("/", home), Route("/graphiql", page), Route("/graphiql/{name}", file)]


def _load_assets() -> dict[str, _Asset]:
    """The files of static/ by the name they are served under."""
    assets = {}
    for stored in sorted(_STATIC.glob("*.gz")):
        name = stored.name.removesuffix(".gz")
        packed = stored.read_bytes()
        plain = gzip.decompress(packed)
        assets[name] = _Asset(_CONTENT_TYPES[Path(name).suffix], packed, plain, _etag(plain))
    return assets


def _page(assets: dict[str, _Asset], examples: Path | None) -> bytes:
    template = Template((_HERE / "page.html").read_text(encoding="utf-8"))
    queries = orjson.dumps([asdict(example) for example in (load_examples(examples) if examples else ())])
    return template.substitute(
        style=next(name for name in assets if name.endswith(".css")),
        script=next(name for name in assets if name.endswith(".js")),
        # A query may hold text that looks like the end of the script element.
        examples=queries.decode().replace("<", "\\u003c"),
    ).encode()


def _send(asset: _Asset, request: Request) -> Response:
    headers = {
        "cache-control": _FOREVER,
        "etag": asset.etag,
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if _is_known(request, asset.etag):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, headers=headers | {"content-encoding": "gzip"}, media_type=asset.content_type)
    return Response(asset.plain, headers=headers, media_type=asset.content_type)


def _is_known(request: Request, etag: str) -> bool:
    return etag in request.headers.get("if-none-match", "")


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:24]}"'
