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
from graph.contents import begin_load, end_load, is_empty, is_unfinished
from graph.errors import InputError
from graph.migrations import upgrade
from schema.declarations import model

BACKLOG = 2048
DEMO = "demo"
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
    # SIGINT, too: a shell that starts a program in the background lets it ignore that one.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    started = False
    try:
        with bound(address) as listener, open_database(services) as database:
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
    """Bring the database to what this version needs, and give an empty one the demo company if there is a mapping.

    A demo that was interrupted while it loaded is loaded again: what is there already stays as it is.
    """

    async def work(database: Database) -> bool:
        await upgrade(database, model())
        wanted = demo is not None and (await is_empty(database, model()) or await is_unfinished(database, DEMO))
        if wanted:
            await begin_load(database, DEMO)
        return wanted

    if with_database(settings, work) and demo is not None:
        tell(load(settings, demo, demo.parent))
        with_database(settings, lambda database: end_load(database, DEMO))


class Server(uvicorn.Server):
    """The running service; says where it is once it answers."""

    def __init__(self, application: Application, address: Address) -> None:
        super().__init__(
            uvicorn.Config(application, log_config=None, access_log=False, server_header=False, lifespan="on")
        )
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start answering, then greet.

        Raises:
            AddressError: another process was faster to listen at the address.
        """
        for holder in sockets or ():
            try:
                # The event loop would do it, and say nothing where it fails.
                holder.listen(BACKLOG)
            except OSError as error:
                raise address_error(self._address, error) from None
        await super().startup(sockets)
        if self.started:
            greet(self._address)


def bound(address: Address) -> socket.socket:
    """A socket that holds the address before anything slow has begun. It does not listen yet: whoever asks before the
    service is ready is refused at once instead of waiting.

    Raises:
        AddressError: it is taken, not ours to use, or none of this machine.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    holder = socket.socket(family)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((address.host, address.port))
    except OSError as error:
        holder.close()
        raise address_error(address, error) from None
    return holder


def address_error(address: Address, error: OSError) -> AddressError:
    """What the operating system has against the address."""
    reason = {
        errno.EADDRINUSE: "something else listens there",
        errno.EACCES: "this user may not use the port",
        errno.EADDRNOTAVAIL: "this machine has no such address",
    }.get(error.errno or 0, error.strerror)
    return AddressError(host=address.host, port=address.port, reason=reason)


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
