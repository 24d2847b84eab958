// What changed between two schemas, by @graphql-inspector: a line of JSON for each change. To remove a field that the
// older one says is deprecated is no break, unlike all else that may stop a client from working.
// node schema-diff.mjs older.graphql newer.graphql
import { ChangeType, diff, DiffRule } from "@graphql-inspector/core";
import { buildSchema, isAbstractType, isObjectType } from "graphql";
import { readFileSync } from "node:fs";

const [older, newer] = process.argv.slice(2, 4).map((file) => buildSchema(readFileSync(file, "utf8")));

/** Clients ask for an interface and for what implements one by name. The rule before takes no type that is gone for a break. */
function namedByClients({ changes, oldSchema }) {
  return changes.map((change) => {
    const type = change.type === ChangeType.TypeRemoved ? oldSchema.getType(change.path) : undefined;
    const isBreak = isAbstractType(type) || (isObjectType(type) && type.getInterfaces().length > 0);
    return isBreak ? { ...change, criticality: { ...change.criticality, level: "BREAKING" } } : change;
  });
}

const rules = [DiffRule.suppressRemovalOfDeprecatedField, namedByClients];
for (const { criticality, message, path } of await diff(older, newer, rules)) {
  console.log(JSON.stringify({ level: criticality.level, path, message, reason: criticality.reason }));
}
