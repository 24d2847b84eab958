"""`customer-graph serve`: the database, the service on top of it, and what people need to start."""

from __future__ import annotations

import errno
import signal
import socket
from dataclasses import replace
from pathlib import Path

import typer
import uvicorn
from rich.console import Console

from commands.connection import open_database, with_database
from commands.errors import ExitCode
from commands.importing import load, tell
from commands.services import Address, Application, Services
from graph.client import Database, DatabaseSettings
from graph.contents import is_empty
from graph.errors import InputError
from graph.migrations import upgrade
from schema.declarations import model

EXAMPLE = "{ organisations(first: 3) { totalCount nodes { name } } }"


class AddressError(InputError):
    """The service cannot listen where the settings say."""

    code = "ADDRESS_TAKEN"
    text = "The service cannot listen on {host}:{port}: {reason}."
    hint = "Stop what listens there, or choose another port, such as CUSTOMER_GRAPH_PORT=8080."


def serve(context: typer.Context) -> None:
    """Start the database if none is set, and serve GraphQL until Ctrl-C.

    Example: CUSTOMER_GRAPH_PORT=8080 customer-graph serve
    """
    services: Services = context.obj()
    address = services.address()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = False
    try:
        with listen(address) as listener, open_database(services) as database:
            prepare(database, services.demo)
            port = listener.getsockname()[1]
            server = Server(services.application(database), replace(address, port=port))
            try:
                server.run(sockets=[listener])
            finally:
                started = server.started
    except KeyboardInterrupt:
        if not started:
            raise
        typer.echo("Stopped.", err=True)
    raise typer.Exit(ExitCode.OK if started else ExitCode.FAILED)


def prepare(settings: DatabaseSettings, demo: Path | None) -> None:
    """Bring the database to what this version needs, and give an empty one the demo company if there is a mapping."""

    async def work(database: Database) -> bool:
        await upgrade(database, model())
        return await is_empty(database, model())

    if with_database(settings, work) and demo is not None:
        tell(load(settings, demo, demo.parent))


class Server(uvicorn.Server):
    """The running service; says where it is once it answers."""

    def __init__(self, application: Application, address: Address) -> None:
        super().__init__(
            uvicorn.Config(application, log_config=None, access_log=False, server_header=False, lifespan="on")
        )
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start answering, then greet."""
        await super().startup(sockets)
        if self.started:
            greet(self._address)


def listen(address: Address) -> socket.socket:
    """A socket that listens at the address, before anything slow has begun.

    Raises:
        AddressError: it is taken, not ours to use, or none of this machine.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        reason = {
            errno.EADDRINUSE: "something else listens there",
            errno.EACCES: "this user may not use the port",
            errno.EADDRNOTAVAIL: "this machine has no such address",
        }.get(error.errno or 0, error.strerror)
        raise AddressError(host=address.host, port=address.port, reason=reason) from None
    return listener


def greet(address: Address) -> None:
    """Print the addresses, how to stop, and a first query."""
    console = Console(stderr=True, highlight=False)
    console.print(
        f"\n[bold green]The customer graph is ready.[/]\n"
        f"  GraphQL   {address.url}/graphql\n"
        f"  GraphiQL  {address.url}/graphiql\n"
        f"  Health    {address.url}/readyz\n"
        f"  Stop      Ctrl-C\n\n"
        f"A first query, for GraphiQL or the command line:\n"
        f"  [cyan]{EXAMPLE}[/]\n"
        f"  curl -s {address.url}/graphql -H 'Content-Type: application/json' -d '{{\"query\": \"{EXAMPLE}\"}}'\n",
        soft_wrap=True,
    )
