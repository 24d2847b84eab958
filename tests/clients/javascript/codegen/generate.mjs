// Types for every operation in the folder queries, made by graphql-codegen's client preset.
// node codegen/generate.mjs
import { codegen } from "@graphql-codegen/core";
import { preset } from "@graphql-codegen/client-preset";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { buildSchema, parse, print } from "graphql";

const documents = readdirSync("queries").map((name) => {
  const document = parse(readFileSync(`queries/${name}`, "utf8"));
  return { location: name, document, rawSDL: print(document) };
});
const schema = readFileSync("schema.graphql", "utf8");
// What the service says of its scalars: texts that keep every digit, and one that holds anything.
const texts = ["CountryCode", "CurrencyCode", "Date", "DateTime", "Decimal", "LanguageCode"];
const scalars = { ...Object.fromEntries(texts.map((name) => [name, "string"])), JSON: "unknown" };

const parts = await preset.buildGeneratesSection({
  baseOutputDir: "codegen/made/",
  schemaAst: buildSchema(schema),
  schema: parse(schema),
  documents,
  presetConfig: { fragmentMasking: false },
  config: { strictScalars: true, useTypeImports: true, scalars },
  plugins: [],
  pluginMap: {},
});
for (const part of parts) {
  mkdirSync(dirname(part.filename), { recursive: true });
  writeFileSync(part.filename, await codegen(part));
}
console.log(JSON.stringify({ documents: documents.length }));
