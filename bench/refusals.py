"""`python -m bench.refusals`: what it costs the service to refuse a document that is made to cost it much."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

import server
from access.viewer import LOCAL
from graph.compiler.planner.context import Limits
from resolvers.executor.execute import Executor
from resolvers.executor.prepared import InvalidRequestError
from resolvers.executor.request import Request

_DOUBLINGS = 18
_CHAIN = 90


def _fragments(count: int, body: str, last: str = "{ __typename }") -> str:
    """`count` fragments, each with the next ones named in `body` by `{0}`, and a last one."""
    texts = [f"fragment f{n} on Query {{ {body.format(f'...f{n + 1}')} }}" for n in range(count)]
    return " ".join([*texts, f"fragment f{count} on Query {last}"])


HOSTILE: Mapping[str, str] = {
    "a fragment bomb of 2^18": "{ ...f0 } " + _fragments(_DOUBLINGS, "{0} {0}"),
    "a fragment bomb with fields": "{ ...f0 } " + _fragments(_DOUBLINGS, "a: __typename {0} b: __typename {0}"),
    "1,500 overlapping fields": "{" + " __typename" * 1_500 + " }",
    "a chain of fragments, none of them used": "{ __typename } " + _fragments(_CHAIN, "{0}"),
    "100 overlapping fields, just allowed": "{" + " __typename" * 100 + " nothing }",
    "500 fields that are not there": "{ organisations { nodes {" + "".join(f" nam{n}" for n in range(500)) + " } } }",
    "depth": "{" + " a {" * 40 + " b" + " }" * 41,
    "10,000 tokens": "{" + " a" * 10_000 + " }",
    "a text of a megabyte": '{ party(by: { id: "' + "x" * 1_000_000 + '" }) { id } }',
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """CPU in milliseconds, the median, and the code of the refusal."""

    document: str
    cpu_ms: float
    code: str


def main(arguments: Sequence[str] | None = None) -> None:
    """Refuses each document many times."""
    parser = argparse.ArgumentParser(prog="python -m bench.refusals", description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    given = parser.parse_args(arguments)
    executor = server.build_executor(Limits())
    server.settle_memory()
    print("| document | CPU, ms | refused as |\n|---|---:|---|")
    for name, text in HOSTILE.items():
        found = refusal(executor, name, text, given.times)
        print(f"| {found.document} | {found.cpu_ms:.1f} | {found.code} |")


def refusal(executor: Executor, name: str, text: str, times: int) -> Refusal:
    """The median cost of refusing the text; RuntimeError where it is not refused."""
    spent, code = [], ""
    for _ in range(times):
        start = time.process_time()
        try:
            executor.prepare(Request(text), LOCAL)
        except InvalidRequestError as refused:
            spent.append(time.process_time() - start)
            code = orjson.loads(refused.answer.body)["errors"][0]["extensions"]["code"]
        else:
            raise RuntimeError(f"{name} is not refused")
    return Refusal(name, 1000 * statistics.median(spent), code)


if __name__ == "__main__":
    main()
