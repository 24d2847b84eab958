"""Files become nodes and relationships, as a mapping file says; nothing here knows any particular source.

A mapping (TOML) names a source and its files, in the order they are read; each row of a file becomes records, written
wholly or not at all:

```toml
source = "shop"                       # starts every key: shop:customer:7

[lookups.countries]
Germany = "DE"

[[file]]
path = "customers.csv"                # CSV with a header, or JSON Lines by the ending .jsonl
null = "NULL"                         # what stands for a missing value, besides empty text

[[file.node]]
type = "Organisation"
key = "customer:{id}"
values.name = "{name}"
values.country = { value = "{country}", lookup = "countries" }

[[file.relationship]]
type = "Represents"
when = "{contact}"                    # only for rows where this is not empty
source = "contact:{id}"
target = "customer:{id}"
values.role = "BUYER"
values.since = { value = "{since}", date = "%d.%m.%Y" }
```

`rows = [{...}]` in place of `path` gives rows within the mapping. The transforms of values stand in templates.py.
"""

from jobs.importer.mapping import Mapping, MappingError, read_mapping
from jobs.importer.report import ImportReport, Progress, Rejection, Step
from jobs.importer.run import import_folder

__all__ = [
    "ImportReport",
    "Mapping",
    "MappingError",
    "Progress",
    "Rejection",
    "Step",
    "import_folder",
    "read_mapping",
]
