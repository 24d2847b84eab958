"""`customer-graph serve`: the database, the service on top of it, and what people need to start."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from rich.console import Console
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from commands.connection import open_database, with_database
from commands.errors import ExitCode, report
from commands.importing import load, tell
from commands.services import Address, Application, Services
from graph.client import Database, DatabaseSettings
from graph.contents import Load, UnfinishedLoadError, begin_load, end_load, is_empty, unfinished_loads
from graph.errors import InputError
from graph.migrations import upgrade
from schema.declarations import model

BACKLOG = 2048
WORKER_START_SECONDS = 120
DEMO = Load("demo", "Run customer-graph serve again: it loads what is missing.")
EXAMPLE = "{ organisations(first: 3) { totalCount nodes { name } } }"


class AddressError(InputError):
    """The service cannot listen where the settings say."""

    code = "ADDRESS_TAKEN"
    text = "The service cannot listen on {host}:{port}: {reason}."
    hint = "Stop what listens there, or choose another port, such as CUSTOMER_GRAPH_PORT=8080."


def serve(
    context: typer.Context,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that answer requests; else CUSTOMER_GRAPH_WORKERS.")
    ] = None,
) -> None:
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
            address = replace(address, port=listener.getsockname()[1])
            application = partial(services.application, database)
            count = workers or services.workers
            server = Server(application(), address) if count == 1 else Workers(application, address, count)
            try:
                server.run([listener])
            finally:
                started = server.started
    except KeyboardInterrupt:
        if not started:
            raise
    if started:
        typer.echo("Stopped.", err=True)
    raise typer.Exit(ExitCode.OK if started else ExitCode.FAILED)


def prepare(settings: DatabaseSettings, demo: Path | None) -> None:
    """Bring the database to what this version needs, and give an empty one the demo company if there is a mapping.

    A demo that was interrupted while it loaded is loaded again: what is there already stays as it is. Of other loads
    that were interrupted, people are told.
    """

    async def work(database: Database) -> bool:
        await upgrade(database, model())
        unfinished = await unfinished_loads(database)
        again = any(found.name == DEMO.name for found in unfinished)
        wanted = demo is not None and (again or await is_empty(database, model()))
        for found in unfinished:
            if found.name != DEMO.name:
                told = UnfinishedLoadError(name=found.name, advice=found.advice)
                typer.echo(f"{told.message()} {told.advice()}", err=True)
        if wanted:
            await begin_load(database, DEMO)
        return wanted

    if with_database(settings, work) and demo is not None:
        tell(load(settings, demo, demo.parent))
        with_database(settings, lambda database: end_load(database, DEMO))


class Server(uvicorn.Server):
    """The running service; says where it is once it answers."""

    def __init__(self, application: Application, address: Address) -> None:
        super().__init__(_config(application))
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start answering, then greet.

        Raises:
            AddressError: another process was faster to listen at the address.
        """
        for holder in sockets or ():
            listen(holder, self._address)
        await super().startup(sockets)
        if self.started:
            greet(self._address)


class Workers:
    """Several processes that answer at one address: one that dies is replaced, and all end with this one."""

    def __init__(self, application: Callable[[], Application], address: Address, count: int) -> None:
        self._config = _config(partial(worker, application), factory=True, workers=count)
        self._address = address
        self.started = False

    def run(self, sockets: list[socket.socket]) -> None:
        """Answers until a signal asks to stop, and greets once all workers answer.

        Raises:
            AddressError: another process was faster to listen at the address.
        """
        for holder in sockets:
            listen(holder, self._address)
        Supervisor(self._config, sockets, self._greet).run()

    def _greet(self) -> None:
        self.started = True
        greet(self._address)


class Supervisor(Multiprocess):
    """Starts the workers, and says when all of them answer."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], ready: Callable[[], None]) -> None:
        super().__init__(config, sockets)
        self._ready = ready

    def init_processes(self) -> None:
        """Start all workers and wait for them; `run` looks after one that could not start."""
        super().init_processes()
        if all(process.wait_until_ready(WORKER_START_SECONDS, self.should_exit) for process in self.processes):
            self._ready()


def worker(application: Callable[[], Application]) -> Application:
    """The application in a process of its own, which ends when the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, daemon=True).start()
    try:
        return application()
    except Exception as error:
        # Any other exit code would mean a worker that broke later, and is replaced.
        report(error, verbose=False)
        sys.exit(STARTUP_FAILURE)


def _config(application: Any, **more: Any) -> uvicorn.Config:
    """How every process serves."""
    return uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="on",
        ws_per_message_deflate=False,
        **more,
    )


def listen(holder: socket.socket, address: Address) -> None:
    """From here on requests wait for an answer. The event loop would do it, and say nothing where it fails.

    Raises:
        AddressError: another process was faster.
    """
    try:
        holder.listen(BACKLOG)
    except OSError as error:
        raise address_error(address, error) from None


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
