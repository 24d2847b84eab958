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

function post(request, options, accept) {
  return fetch(endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept, ...options?.headers },
    body: JSON.stringify(request),
  });
}

// The answers of a subscription, from a stream of events; leaving the loop over them ends the request.
async function* answers(request, options) {
  const response = await post(request, options, "text/event-stream");
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    yield await response.json();
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const events = (text + part.value).split("\n\n");
      text = events.pop();
      for (const event of events) {
        const data = /^data: (.+)$/m.exec(event);
        if (data) yield JSON.parse(data[1]);
      }
    }
  } finally {
    await reader.cancel();
  }
}

function fetcher(request, options) {
  const operations = options?.documentAST?.definitions.filter(({ kind }) => kind === "OperationDefinition") ?? [];
  const chosen = operations.find(({ name }) => name?.value === request.operationName) ?? operations[0];
  if (chosen?.operation === "subscription") return answers(request, options);
  return post(request, options, "application/graphql-response+json, application/json;q=0.9").then((response) =>
    response.json(),
  );
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
