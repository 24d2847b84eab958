"""`customer-graph query`: run the operation of a file and print the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import httpx
import orjson
import typer

from access.viewer import LOCAL
from commands.connection import open_database, with_database
from commands.errors import ExitCode
from commands.operations import parse_variables
from commands.services import Services
from graph.errors import InputError, UnavailableError
from resolvers.executor.request import Request

ANSWER_SECONDS = 120


class ServiceUrlError(InputError):
    """`--url` is no address of a service."""

    code = "BAD_SERVICE_URL"
    text = "{url} is not the address of a GraphQL service: {reason}."
    hint = "Give the address that `customer-graph serve` prints, such as http://127.0.0.1:8000/graphql."


class ServiceSilentError(UnavailableError):
    """Nothing answers at `--url`."""

    code = "SERVICE_SILENT"
    text = "Nothing answers at {url}: {reason}."
    hint = "Start the service with `make serve`, or leave --url out to ask the database directly."


def query(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="GraphQL document.", exists=True, dir_okay=False)],
    variables: Annotated[str, typer.Option(help="Variables as a JSON object.", metavar="JSON")] = "{}",
    operation: Annotated[str | None, typer.Option(help="Operation to run, if the document has several.")] = None,
    url: Annotated[str | None, typer.Option(help="Ask the service there instead of the database directly.")] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(help="File with the token or API key for --url.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Run the operation of a file and print the JSON answer; the exit code is 1 if it holds errors.

    Example: customer-graph query examples/queries/northwind-top-customer.graphql --variables '{"first": 5}'
    """
    services: Services = context.obj()
    asked = Request(file.read_text(encoding="utf-8"), parse_variables(variables), operation)
    if url is None:
        with open_database(services) as settings:
            found = with_database(settings, lambda database: services.executor(database).execute(asked, LOCAL))
        answer = orjson.loads(found.body)
    else:
        answer = ask_service(url, asked, token_file)
    typer.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2))
    raise typer.Exit(ExitCode.FAILED if answer.get("errors") else ExitCode.OK)


def ask_service(url: str, asked: Request, token_file: Path | None = None) -> dict[str, Any]:
    """The answer of a running service, whatever its HTTP status, to whoever the token in the file is for.

    Raises:
        ServiceUrlError: the address is none, or what answers there does not speak GraphQL.
        ServiceSilentError: nothing answers.
    """
    request: dict[str, Any] = {"query": asked.query, "variables": asked.variables}
    if asked.operation_name is not None:
        request["operationName"] = asked.operation_name
    headers = {"Accept": "application/graphql-response+json, application/json"}
    if token_file is not None:
        headers["Authorization"] = f"Bearer {token_file.read_text(encoding='utf-8').strip()}"
    try:
        response = httpx.post(url, json=request, headers=headers, timeout=ANSWER_SECONDS)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise ServiceUrlError(url=url, reason=error) from None
    except httpx.TransportError as error:
        raise ServiceSilentError(url=url, reason=error) from None
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise ServiceUrlError(url=url, reason="what answers there does not speak GraphQL")
    return answer
