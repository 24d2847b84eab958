"""How much one operation may ask for."""

from __future__ import annotations

from pydantic import Field

from graph.compiler.planner.context import Limits
from settings.base import Count, Seconds, SettingError, names
from settings.documents import DocumentsGroup

USUAL = Limits()


class LimitsGroup(DocumentsGroup):
    """How much one operation may ask for."""

    # Limits of a request
    page_size: Count = Field(
        USUAL.page_default, description="rows of a connection when neither `first` nor `last` is given"
    )
    page_size_nested: Count = Field(USUAL.page_nested, description="the same for a connection inside another list")
    page_size_max: Count = Field(USUAL.page_max, description="rows of a connection at most")
    depth: Count = Field(USUAL.depth, description="levels of a selection")
    cost: Count = Field(USUAL.cost_max, description="rows that an operation may touch, by its page sizes")
    filter_depth: Count = Field(USUAL.filter_depth, description="relations that a filter may follow in a row")
    filter_size: Count = Field(
        USUAL.filter_size, description="conditions of all filters of an operation, those of `and` and `or` one by one"
    )
    search_window: Count = Field(USUAL.search_window, description="best matches that a search looks at")
    count_cap: Count = Field(USUAL.count_cap, description="rows that `totalCount` counts before it stops and says so")
    scan_max: Count = Field(
        USUAL.scan_max, description="rows of a whole type that a page or a count tests before it stops and says so"
    )
    set_max: Count = Field(
        USUAL.set_max, description="rows of a whole type that figures, or an order by figures, may cover"
    )
    changes_max: Count = Field(USUAL.changes_max, description="nodes and relationships that one mutation may make")
    import_max: Count = Field(USUAL.import_max, description="rows that one `importRows` may take")
    duplicates_max: Count = Field(
        USUAL.duplicates_max, description="parties that one page of `duplicateCandidates` among all looks at"
    )
    dossier_max: Count = Field(USUAL.dossier_max, description="facts that `exportParty` tells at most")
    work_seconds: Seconds = Field(
        USUAL.work_seconds, description="how long a mutation in many steps goes on before it answers as incomplete"
    )

    # Limits of a document and its variables, checked before validation
    document_length: Count = Field(USUAL.document_length, description="characters of a document")
    tokens: Count = Field(USUAL.tokens, description="words and signs of a document")
    aliases: Count = Field(USUAL.aliases, description="aliases in a document")
    directives: Count = Field(USUAL.directives, description="directives in a document")
    root_fields: Count = Field(USUAL.root_fields, description="root fields of an operation")
    fragments: Count = Field(USUAL.fragments, description="fragments of a document")
    selections: Count = Field(
        USUAL.selections, description="fields and spreads of a document with every fragment in its place"
    )
    overlaps: Count = Field(
        USUAL.overlaps, description="comparisons of fields that share a name in one place; n of them take n²/2"
    )
    list_max: Count = Field(USUAL.list_max, description="items of a list in an argument, such as `in` or `ids`")
    value_depth: Count = Field(USUAL.value_depth, description="levels of a value, in the document and in variables")
    text_length: Count = Field(USUAL.text_length, description="characters of one text in an argument")
    variable_values: Count = Field(USUAL.variable_values, description="values in the variables of a request")

    def limits(self) -> Limits:
        """How much one operation may ask for."""
        return Limits(
            page_default=self.page_size,
            page_nested=self.page_size_nested,
            page_max=self.page_size_max,
            filter_depth=self.filter_depth,
            filter_size=self.filter_size,
            count_cap=self.count_cap,
            scan_max=self.scan_max,
            set_max=self.set_max,
            search_window=self.search_window,
            cost_max=self.cost,
            changes_max=self.changes_max,
            import_max=self.import_max,
            work_seconds=self.work_seconds,
            duplicates_max=self.duplicates_max,
            dossier_max=self.dossier_max,
            depth=self.depth,
            document_length=self.document_length,
            tokens=self.tokens,
            aliases=self.aliases,
            directives=self.directives,
            root_fields=self.root_fields,
            fragments=self.fragments,
            selections=self.selections,
            overlaps=self.overlaps,
            list_max=self.list_max,
            value_depth=self.value_depth,
            text_length=self.text_length,
            variable_values=self.variable_values,
            request_seconds=self.request_seconds,
            cost_by_role=self._cost_by_role(),
        )

    def _cost_by_role(self) -> dict[str, int]:
        found = {}
        for entry in names(self.cost_by_role):
            role, _, cost = entry.partition("=")
            if not role or not cost.isdecimal() or int(cost) < 1:
                reason = "each entry is a role and a cost, such as customer=20000."
                raise SettingError(name=self.variable("cost_by_role"), reason=reason)
            found[role] = int(cost)
        return found
