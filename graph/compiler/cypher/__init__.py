"""From a plan to the text of one Cypher statement, deterministic to the byte."""
