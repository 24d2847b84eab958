"""Keys are taken only where they are public, strong enough, and for one of three algorithms."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from access.errors import SigningKeysError
from access.signing_keys import SigningKey, parse_jwks, parse_pem, read_keys
from tests.access.issuer import jwk, jwks, pem, private_key


def found(*entries: Any) -> list[tuple[str | None, str]]:
    """Name and algorithm of the keys that are taken of a set, which has one besides that is."""
    content = json.dumps({"keys": [*entries, jwk("EdDSA")]}).encode()
    return [(key.kid, key.algorithm) for key in parse_jwks(content).keys if key.kid != "EdDSA"]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_key_is_for_the_algorithm_of_its_kind(algorithm: str) -> None:
    assert found(jwk(algorithm)) == [(algorithm, algorithm)]
    assert found(jwk(algorithm, alg=algorithm)) == [(algorithm, algorithm)]


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
        jwk("RS256", use="enc"),
        jwk("RS256", key_ops=["encrypt"]),
        jwk("RS256", alg="PS256"),
        jwk("RS256", alg="HS256"),
        jwk("RS256", kid=7),
        jwk("RS256", n="!"),
        {"kty": "RSA", "kid": "empty"},
        {"kty": "OKP", "crv": "X25519", "x": jwk("EdDSA")["x"]},
        "no object",
        None,
    ],
    ids=(
        "shared",
        "for encryption",
        "to encrypt",
        "PS256",
        "HS256",
        "no text as its name",
        "no number",
        "no numbers",
        "X25519",
        "no object",
        "nothing",
    ),
)
def test_any_other_entry_is_passed_over(entry: Any) -> None:
    assert found(entry) == []


def test_weak_keys_and_other_curves_are_passed_over() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505  # weak on purpose
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    entries = (RSAAlgorithm.to_jwk(weak, as_dict=True), ECAlgorithm.to_jwk(other, as_dict=True))
    assert found(*entries) == []
    with pytest.raises(ValueError, match="neither RSA of 2048"):
        parse_pem(weak.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def test_private_parts_of_a_published_key_are_left_behind() -> None:
    entry = OKPAlgorithm.to_jwk(private_key("EdDSA"), as_dict=True)
    assert "d" in entry
    [key] = parse_jwks(json.dumps({"keys": [entry]}).encode()).keys
    assert not hasattr(key.public, "private_bytes")


def test_a_pem_file_may_hold_several_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.pem"
    file.write_bytes(b"# of the issuer\n" + pem("RS256") + pem("ES256"))
    assert [key.algorithm for key in read_keys(file).keys] == ["RS256", "ES256"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no JSON Web Key Set"),
        (b"[]", "no JSON Web Key Set"),
        (b'{"keys": 7}', "it holds no RSA key"),
        (b'{"keys": []}', "it holds no RSA key"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "no public key"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "cannot be read"),
    ],
)
def test_a_file_without_keys_says_so(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "keys"
    file.write_bytes(content)
    with pytest.raises(SigningKeysError, match=reason):
        read_keys(file)


def test_a_private_key_in_a_file_is_refused_and_a_missing_file_named(tmp_path: Path) -> None:
    file = tmp_path / "keys.pem"
    file.write_bytes(private_key("EdDSA").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SigningKeysError, match="private key"):
        read_keys(file)
    with pytest.raises(SigningKeysError, match="nowhere"):
        read_keys(tmp_path / "nowhere")


def test_a_key_that_is_shown_shows_no_number() -> None:
    [key] = parse_jwks(jwks("RS256")).keys
    assert repr(key) == "SigningKey(algorithm='RS256', kid='RS256')"
    assert isinstance(key, SigningKey)
