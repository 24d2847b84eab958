// The page: GraphiQL with the documentation open, and the example queries as tabs and in a panel of their own.
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { DOC_EXPLORER_PLUGIN } from "@graphiql/plugin-doc-explorer";
import { useEffect } from "react";
import { createRoot } from "react-dom/client";
import { examplesPlugin } from "./examples.jsx";
import "./page.css";

// Relative addresses: the service may stand behind a proxy that adds a prefix.
const endpoint = new URL("graphql", document.baseURI).href;
const examples = JSON.parse(document.getElementById("examples").textContent);

async function fetcher(request, options) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      ...options?.headers,
    },
    body: JSON.stringify(request),
  });
  return response.json();
}

// GraphiQL's property visiblePlugin marks a panel as open without showing it, so its button is pressed instead; after
// GraphiQL's own effects, which close every panel at the start.
function Name() {
  useEffect(() => {
    const button = `.graphiql-sidebar button[aria-label="Show ${DOC_EXPLORER_PLUGIN.title}"]`;
    const timer = setTimeout(() => document.querySelector(button)?.click());
    return () => clearTimeout(timer);
  }, []);
  return <span className="name">Customer graph</span>;
}

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={examples.length > 0 ? examples.map(({ query }) => ({ query })) : undefined}
    plugins={examples.length > 0 ? [examplesPlugin(examples)] : []}
    defaultEditorToolsVisibility="variables"
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <Name />
    </GraphiQL.Logo>
  </GraphiQL>,
);
