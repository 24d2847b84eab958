"""Public keys that tokens are verified with. Each belongs to one algorithm, so that a token cannot choose another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from access.errors import SigningKeysError

PublicKey: TypeAlias = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""The algorithms that tokens may be signed with; the key says which one it is."""

_SHORTEST_RSA = 2048
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----")
_PUBLIC_PARTS = ("kty", "crv", "n", "e", "x", "y")
_READERS = {"RSA": RSAAlgorithm.from_jwk, "EC": ECAlgorithm.from_jwk, "OKP": OKPAlgorithm.from_jwk}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, the one algorithm it is for, and its name, where it has one."""

    algorithm: str
    public: PublicKey = field(repr=False)
    kid: str | None = None


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of an issuer at one time."""

    keys: tuple[SigningKey, ...]

    def knows(self, kid: str | None) -> bool:
        """Whether a token that names this key, or none, may be verified with one of them."""
        return kid is None or any(key.kid in (kid, None) for key in self.keys)

    def find(self, kid: str | None, algorithm: str) -> SigningKey | None:
        """The key that the token names, else the only one of the algorithm; None where that is not clear."""
        fitting = [key for key in self.keys if key.algorithm == algorithm]
        named = [key for key in fitting if kid is not None and key.kid == kid]
        found = named or [key for key in fitting if kid is None or key.kid is None]
        return found[0] if len(found) == 1 else None


class SigningKeys(Protocol):
    """Where the keys of an issuer come from."""

    async def find(self, kid: str | None, algorithm: str) -> SigningKey | None:
        """The key to verify a token with that names this key and algorithm; None where there is none.

        Raises IdentityUnavailableError where nobody could say.
        """
        ...


class StaticKeys:
    """Keys that stay the same as long as the process lives."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def find(self, kid: str | None, algorithm: str) -> SigningKey | None:
        """The key to verify a token with."""
        return self._keys.find(kid, algorithm)


def read_keys(file: Path) -> KeySet:
    """The keys of a JWKS or PEM file.

    Raises:
        SigningKeysError: it cannot be read, holds no key that is of use, or holds a private one.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SigningKeysError(file=file, reason=error.strerror or "it cannot be read") from None
    if b"PRIVATE KEY" in content:
        raise SigningKeysError(file=file, reason="it holds a private key, which must not leave the issuer")
    try:
        return parse_pem(content) if b"-----BEGIN" in content else parse_jwks(content)
    except ValueError as error:
        raise SigningKeysError(file=file, reason=error) from None


def parse_jwks(content: bytes) -> KeySet:
    """The keys of a JSON Web Key Set that are of use here; keys of other kinds and uses are passed over.

    Raises:
        ValueError: it is no such set, or none is of use.
    """
    try:
        entries = orjson.loads(content)["keys"]
    except (orjson.JSONDecodeError, TypeError, KeyError):
        raise ValueError("it is no JSON Web Key Set") from None
    found = tuple(_from_jwks(entries)) if isinstance(entries, list) else ()
    if not found:
        raise ValueError("it holds no RSA key of 2048 bits or more, no P-256 and no Ed25519 key for signatures")
    return KeySet(found)


def parse_pem(content: bytes) -> KeySet:
    """The public keys of a PEM text, each of use for tokens that name it or not.

    Raises:
        ValueError: one of them is of no use, or there is none.
    """
    found = []
    for block in _PEM.findall(content):
        try:
            public = load_pem_public_key(block)
        except (ValueError, UnsupportedAlgorithm):
            raise ValueError("a public key in it cannot be read") from None
        algorithm = algorithm_of(public)
        if algorithm is None:
            raise ValueError("a key in it is neither RSA of 2048 bits or more, nor P-256, nor Ed25519")
        found.append(SigningKey(algorithm, public))  # type: ignore[arg-type]  # it has an algorithm
    if not found:
        raise ValueError("it holds no public key")
    return KeySet(tuple(found))


def algorithm_of(key: object) -> str | None:
    """The one algorithm that the key is used with; None where it is too weak, private, or of another kind."""
    match key:
        case RSAPublicKey() if key.key_size >= _SHORTEST_RSA:
            return "RS256"
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return "ES256"
        case Ed25519PublicKey():
            return "EdDSA"
    return None


def _from_jwks(entries: list[Any]) -> Iterator[SigningKey]:
    for entry in entries:
        if not isinstance(entry, dict) or not _verifies(entry):
            continue
        read = _READERS.get(str(entry.get("kty")))
        try:
            # Only what is public: a set that holds private parts by mistake must not make a private key here.
            public = read({part: entry[part] for part in _PUBLIC_PARTS if part in entry}) if read else None
        except (InvalidKeyError, ValueError, TypeError, UnsupportedAlgorithm):
            continue
        algorithm, kid = algorithm_of(public), entry.get("kid")
        if algorithm and entry.get("alg", algorithm) == algorithm and (kid is None or isinstance(kid, str)):
            yield SigningKey(algorithm, public, kid)  # type: ignore[arg-type]  # it has an algorithm


def _verifies(entry: Mapping[str, Any]) -> bool:
    """Whether the key is for signatures, as far as it says so."""
    operations = entry.get("key_ops", ["verify"])
    return entry.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
