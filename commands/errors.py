"""How a command ends: what its exit code means, and failures as one readable line with the way out."""

from __future__ import annotations

import sys
import traceback
from enum import IntEnum

from rich.console import Console
from rich.text import Text

from graph.errors import ConflictError, CustomerGraphError, InternalError, UnavailableError


class ExitCode(IntEnum):
    """Exit codes of every command; shown by `customer-graph --help`."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNAVAILABLE = 3
    INTERRUPTED = 130


EXIT_CODES = (
    "Exit codes: 0 done; 1 a check failed, an answer holds errors, rows were rejected, or something broke; "
    "2 wrong usage or input; 3 the database or the service cannot be reached; 130 interrupted."
)


def exit_code(error: BaseException) -> ExitCode:
    """The exit code that tells a script what kind of failure this is."""
    match error:
        case KeyboardInterrupt():
            return ExitCode.INTERRUPTED
        case UnavailableError():
            return ExitCode.UNAVAILABLE
        case ConflictError() | InternalError():
            return ExitCode.FAILED
        case CustomerGraphError():
            return ExitCode.USAGE
    return ExitCode.FAILED


def report(error: Exception, *, verbose: bool) -> None:
    """Write the failure to stderr: one line and the hint; the traceback before them if `verbose`."""
    if verbose:
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, CustomerGraphError):
        message, hint = error.message(), error.advice()
    elif isinstance(error, OSError):
        message, hint = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.", ""
    else:
        reason = (str(error).splitlines() or [""])[0]
        message = f"Unexpected failure: {type(error).__name__}{f': {reason}' if reason else ''}."
        hint = "Run the command again with --verbose and report what it prints."
    console = Console(stderr=True, soft_wrap=True)
    console.print(Text.assemble(("Error: ", "bold red"), message))
    if hint:
        console.print(Text(hint, "dim"))
