"""An identity provider for tests: keys of each kind, tokens, and an address on loopback where its keys are."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from access.claims import ClaimNames
from access.tokens import TokenRules

ISSUER = "https://login.example"
AUDIENCE = "customer-graph"
RULES = TokenRules(ISSUER, AUDIENCE, leeway=5)
NAMES = ClaimNames()
PREFIX = "/keys"


@cache
def private_key(name: str) -> Any:
    """The private key of this name; the name begins with the algorithm it is for."""
    match name.partition("-")[0]:
        case "RS256":
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def pem(name: str) -> bytes:
    """The public key as a PEM text."""
    return bytes(private_key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def jwk(name: str, **more: Any) -> dict[str, Any]:
    """The public key as an issuer publishes it."""
    made: dict[str, Any] = _WRITERS[name.partition("-")[0]](private_key(name).public_key(), as_dict=True)
    return {**made, "kid": name, "use": "sig", **more}


_WRITERS: Mapping[str, Callable[..., Any]] = {
    "RS256": RSAAlgorithm.to_jwk,
    "ES256": ECAlgorithm.to_jwk,
    "EdDSA": OKPAlgorithm.to_jwk,
}


def jwks(*names: str) -> bytes:
    """The set of these keys."""
    return json.dumps({"keys": [jwk(name) for name in names]}).encode()


def claims(**changed: Any) -> dict[str, Any]:
    """The claims of a token that holds, and what is changed; None takes a claim away."""
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "user-1", "iat": now, "exp": now + 300, "roles": ["staff"]}
    return {name: value for name, value in {**whole, **changed}.items() if value is not None}


def token(key: str = "EdDSA", *, kid: str | None = "", algorithm: str = "", **changed: Any) -> str:
    """A token signed with a key, which it names unless `kid` says another name or, by None, none."""
    named = key if kid == "" else kid
    headers = {} if named is None else {"kid": named}
    return jwt.encode(claims(**changed), private_key(key), algorithm or key.partition("-")[0], headers)


class Published:
    """What is at the address, and how often it was asked for. `status` 0 hangs up without an answer."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.status = 200
        self.asked = 0
        self.url = ""


@contextmanager
def published(*names: str) -> Iterator[Published]:
    """The keys at an address of their own."""
    found = Published(jwks(*names))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked += 1
            if not found.status:
                return
            self.send_response(found.status)
            if found.status == 302:
                self.send_header("location", "/elsewhere")
            self.end_headers()
            self.wfile.write(found.content)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}{PREFIX}"
        yield found
        server.shutdown()
        thread.join()
