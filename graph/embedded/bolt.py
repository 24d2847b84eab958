"""Whether something speaks Bolt at an address, asked with a bare handshake: no driver, no login."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

HOST = "127.0.0.1"
# The magic preamble, then four proposals: 5.8 down to 5.0, 4.4 down to 4.2, and none.
HANDSHAKE = bytes.fromhex("6060b017 00080805 00020404 00000000 00000000")
ANSWER = 4


def answers(uri: str, timeout: float = 2.0) -> bool:
    """True when a Bolt server at `uri` accepts a protocol version within `timeout` seconds."""
    address = urlsplit(uri)
    try:
        with socket.create_connection((address.hostname or HOST, address.port or 0), timeout) as link:
            link.sendall(HANDSHAKE)
            answer = link.recv(ANSWER)
    except OSError:
        return False
    return len(answer) == ANSWER and any(answer)


def port_is_free(port: int) -> bool:
    """True when this process could listen on the port of the loopback address."""
    with socket.socket() as probe:
        # As the server does: a port that only waits for old connections to fade counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
