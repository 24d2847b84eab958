"""From a selection to one Cypher statement and a completer; pure, without a database.

```
Selection --planner--> Plan --rules--> Plan --cypher--> text + parameters
                                         └---completer--> response
```
"""
