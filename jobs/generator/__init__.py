"""A made-up graph of any size: the same parties and seed give the same graph, byte for byte, history aside.

Everything about a thing follows from its number (draws.py), so little is kept in memory: who works where, and the
sellers met last.

- a tenth of the parties are organisations; sellers among them have customers by a power law, and the first one is a hub
  with up to 50,000;
- products stand in five tiers, each made of two or three of the next; makers offer them, sellers offer what they
  source from makers, distributors pass components on;
- two persons of five work for somebody, and report to one another in trees;
- every person bought twice.
"""

from jobs.generator.run import Generated, generate

__all__ = ["Generated", "generate"]
