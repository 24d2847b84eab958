"""The GraphiQL page of a running service, used as a person would; and its picture for the documentation.

python -m tests.browser.graphiql_page http://127.0.0.1:8000 docs/images/graphiql.png --example "Title of the example"
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import orjson

from tests.browser.chromium import HOW_TO_GET, Browser, find_chromium

ANSWER = "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"
_EDITOR = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"
_QUERY = f"{_EDITOR}.getValue()"
_DOCUMENTATION = "document.querySelector('.graphiql-doc-explorer')?.innerText ?? ''"


class GraphiQLPage:
    """What can be done on the page, in a person's words."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        browser.open(f"{url}/graphiql")
        browser.wait_for("!!document.querySelector('.graphiql-query-editor .CodeMirror')")
        # The documentation shows the root types once introspection has answered.
        browser.wait_for("!!document.querySelector('.graphiql-doc-explorer-content a')")

    def tabs(self) -> list[str]:
        """The titles of the open tabs."""
        titles = "[...document.querySelectorAll('.graphiql-tab-button')].map(tab => tab.innerText.trim())"
        return list(self.browser.evaluate(titles))

    def query(self) -> str:
        """The text in the editor of the open tab."""
        return str(self.browser.evaluate(_QUERY))

    def write(self, text: str) -> None:
        """Puts a text into the editor of the open tab."""
        self.browser.evaluate(f"{_EDITOR}.setValue({_js(text)})")

    def documentation(self) -> str:
        """The text that the documentation panel shows."""
        return str(self.browser.evaluate(_DOCUMENTATION))

    def look_up(self, name: str) -> None:
        """Follows the link of a type or field in the documentation."""
        links = "[...document.querySelectorAll('.graphiql-doc-explorer a')]"
        self.browser.evaluate(f"{links}.find(link => link.innerText === {_js(name)}).click()")

    def open_example(self, title: str) -> None:
        """Opens an example from the panel of examples, in a tab of its own."""
        before = len(self.tabs())
        self.show_panel("Examples")
        buttons = "[...document.querySelectorAll('.examples button')]"
        self.browser.wait_for(f"{buttons}.length")
        self.browser.evaluate(f"{buttons}.find(button => button.innerText === {_js(title)}).click()")
        self.browser.wait_for(f"document.querySelectorAll('.graphiql-tab-button').length === {before + 1}")

    def show_panel(self, title: str) -> None:
        """Opens the panel that the button of this name at the left edge stands for."""
        selector = _js(f'.graphiql-sidebar button[aria-label="Show {title}"]')
        self.browser.evaluate(f"document.querySelector({selector})?.click()")

    def run(self) -> Any:
        """Presses the execute button; the JSON that the answer panel then shows."""
        # The editor works out a moment after each change which operation its text holds.
        self.browser.wait_for(f"{_QUERY}.includes({_EDITOR}.operationName ?? '')")
        self.browser.evaluate(
            "document.querySelector('.result-window .CodeMirror').CodeMirror.setValue('');"
            "document.querySelector('.graphiql-execute-button').click()"
        )
        return orjson.loads(self.browser.wait_for(f"!document.querySelector('.graphiql-spinner') && {ANSWER}"))


def main() -> int:
    """Runs one example and takes the picture. Returns the exit code: 2 without a Chromium."""
    parser = argparse.ArgumentParser(description="Takes a picture of GraphiQL with a real answer.")
    parser.add_argument("url", help="where the service is, for example http://127.0.0.1:8000")
    parser.add_argument("picture", type=Path, help="the PNG file to write")
    parser.add_argument("--example", help="title of the example to run; without it, the one in the first tab")
    arguments = parser.parse_args()
    program = find_chromium()
    if program is None:
        sys.stderr.write(f"{HOW_TO_GET}\n")
        return 2
    with Browser(program) as browser:
        page = GraphiQLPage(browser, arguments.url.rstrip("/"))
        if arguments.example:
            page.open_example(arguments.example)
            page.show_panel("Documentation Explorer")
        answer = page.run()
        browser.screenshot(arguments.picture)
    sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode()[:500] + "\n")
    return 0


def _js(text: str) -> str:
    return orjson.dumps(text).decode()


if __name__ == "__main__":
    sys.exit(main())
