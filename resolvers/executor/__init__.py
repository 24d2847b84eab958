"""From the text of a request to the bytes of its answer: parse, plan, one statement, complete."""
