// What @graphql-eslint asks of the schema: all recommended rules and all of Relay's.
// In the root of a clone: make schema-lint
import graphql from "@graphql-eslint/eslint-plugin";

// An id is for what can be asked for again. These are pages, figures, values and messages.
const withoutId = {
  suffixes: ["Connection", "Edge", "Payload", "Aggregate", "Figures", "Update", "Receipt"],
  types: [
    "ChainLevel",
    "ChainMember",
    "ChainShare",
    "ChainTree",
    "ChainTreeRest",
    "DuplicateCandidate",
    "DuplicateReason",
    "ErasedFacts",
    "FieldChange",
    "ImportRowResult",
    "Money",
    "MovedFacts",
    "PageInfo",
    "Partner",
    "PartnerChain",
    "PartnerReward",
    "PartnerStatement",
    "RewardAttribution",
    "RewardTotal",
    "StatementEvidence",
    "StatementTotals",
    "UserError",
    "Viewer",
  ],
};

// Single places where a rule is wrong, by the rule and the line it complains about. One that is not met is an error.
const exceptions = [
  // What the writer kept about a node: there is no version and no history of a change, which every Node has.
  ["relay-edge-types", "type ChangeEdge {"],
  // A pair that is worked out while it is asked for; nothing of it is stored.
  ["relay-edge-types", "type DuplicateCandidateEdge {"],
  // Somebody in a chain of referrals: what is told of it depends on who asks, and a partner can ask for none by its id.
  ["relay-edge-types", "type ChainMemberEdge {"],
  // A reward with what it waits for at the moment, and a line of a statement: both lead to the node of the reward.
  ["relay-edge-types", "type PartnerRewardEdge {"],
  ["relay-edge-types", "type StatementLineEdge {"],
  // Walked from the partner on: a page has a way on, and no end to begin from.
  ["relay-arguments", "referrals("],
  ["relay-arguments", "rewards("],
  ["relay-arguments", "lines("],
  // A search that looks at so many parties and stops: it has a way on, and no end to begin from. Relay's specification
  // takes forward arguments alone.
  ["relay-arguments", "duplicateCandidates("],
  // A field of every Party: the organisation that keeps it. An organisation keeps itself.
  ["no-typename-prefix", "organisationId: ID", "Organisation"],
];

let lines = [];

/** Takes the exceptions out of what was found, and complains of those that were not needed. */
const withExceptions = {
  preprocess(text) {
    lines = text.split("\n");
    return [text];
  },
  postprocess([found]) {
    const needed = new Set();
    const left = found.filter(({ ruleId, line, message }) => {
      const met = exceptions.find(
        ([rule, text, word = ""]) =>
          ruleId === `@graphql-eslint/${rule}` && lines[line - 1].trim() === text && message.includes(word),
      );
      return !met || !needed.add(met);
    });
    const idle = exceptions.filter((exception) => !needed.has(exception));
    const told = idle.map(([rule, text]) => ({ ruleId: rule, severity: 2, line: 1, column: 1, message: `Not needed: ${text}` }));
    return [...left, ...told];
  },
};

export default [
  {
    files: ["**/*.graphql"],
    plugins: { "@graphql-eslint": graphql },
    processor: withExceptions,
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      "@graphql-eslint/strict-id-in-types": ["error", { exceptions: withoutId }],
      // Relay wants lists of edges and no other lists. `nodes` beside `edges` is the shortcut that people who need no
      // cursor ask for, and values have lists, too: roles, reasons, fields that changed.
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
    },
  },
];
