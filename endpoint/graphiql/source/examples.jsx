// A side panel that lists the example queries by title and opens one in a new tab.
import { useEditorContext } from "@graphiql/react";
import { flushSync } from "react-dom";

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M5 4h14v16H5zM8.5 8.5h7M8.5 12h7M8.5 15.5h4" />
    </svg>
  );
}

function List({ examples }) {
  const { addTab, queryEditor } = useEditorContext({ nonNull: true });
  const open = (query) => {
    // The new tab empties the editor when it renders, so it has to be there before the text is set.
    flushSync(addTab);
    queryEditor.setValue(query);
  };
  return (
    <section aria-label="Examples">
      <h2 className="examples-title">Examples</h2>
      <ul className="examples">
        {examples.map(({ title, query }) => (
          <li key={title}>
            <button type="button" className="graphiql-un-styled" onClick={() => open(query)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function examplesPlugin(examples) {
  return { title: "Examples", icon: Icon, content: () => <List examples={examples} /> };
}
