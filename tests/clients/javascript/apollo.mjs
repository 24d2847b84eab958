// Apollo Client: pages merged by relayStylePagination, a fragment on an interface, a mutation and a subscription that
// change what the cache holds.
// node apollo.mjs http://127.0.0.1:8000/graphql '{"seller": "org_…", "person": "per_…"}'
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { getMainDefinition, relayStylePagination } from "@apollo/client/utilities";
import { argument, post, say, socket, url } from "./say.mjs";

const { seller, person } = argument;
const PARTY = gql`
  fragment PartyName on Party {
    id
    name
    ... on Person {
      givenName
    }
    ... on Organisation {
      kind
    }
  }
`;
const CUSTOMERS = gql`
  query Customers($seller: ID!, $after: String) {
    eventPosition
    organisation(by: { id: $seller }) {
      id
      customers(first: 2, after: $after, orderBy: [{ since: ASC }]) {
        edges {
          node {
            id
            party {
              ...PartyName
            }
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${PARTY}
`;
const RENAME = gql`
  mutation Rename($input: UpdatePersonInput!) {
    updatePerson(input: $input) {
      person {
        id
        name
      }
      userErrors {
        message
      }
    }
  }
`;
const WATCH = gql`
  subscription Watch($ids: [ID!]!, $after: String) {
    partyChanged(ids: $ids, after: $after) {
      after
      party {
        ...PartyName
      }
    }
  }
  ${PARTY}
`;

const { data: introspected } = await post("{ __schema { types { kind name possibleTypes { name } } } }");
const abstract = introspected.__schema.types.filter(({ possibleTypes }) => possibleTypes);
const possibleTypes = Object.fromEntries(
  abstract.map((type) => [type.name, type.possibleTypes.map(({ name }) => name)]),
);
say("possible types of Party", possibleTypes.Party);

const client = socket();
const isSubscription = ({ query }) => getMainDefinition(query).operation === "subscription";
const apollo = new ApolloClient({
  link: ApolloLink.split(isSubscription, new GraphQLWsLink(client), new HttpLink({ uri: url })),
  cache: new InMemoryCache({
    possibleTypes,
    typePolicies: { Organisation: { fields: { customers: relayStylePagination(["filter", "orderBy"]) } } },
  }),
});
const customers = apollo.watchQuery({ query: CUSTOMERS, variables: { seller } });
const shown = customers.subscribe({});
// A screen hears of it a moment later; the cache has it at once.
const held = () => apollo.readQuery({ query: CUSTOMERS, variables: { seller } });
const connection = () => held().organisation.customers;
const names = () => connection().edges.map(({ node }) => node.party.name);

await customers.refetch();
say("first page", names());
while (connection().pageInfo.hasNextPage) {
  await customers.fetchMore({ variables: { after: connection().pageInfo.endCursor } });
}
say("all pages", names());
say("types", connection().edges.map(({ node: { party } }) => [party.__typename, party.givenName ?? party.kind]));
const id = apollo.cache.identify({ __typename: "Person", id: person });
const read = () => apollo.cache.readFragment({ id, fragment: PARTY, fragmentName: "PartyName" });
say("read as a Party", read().name);

const rename = (name) => ({ input: { by: { id: person }, name } });
await apollo.mutate({ mutation: RENAME, variables: rename("Tên Khác") });
say("after the mutation", names()[0]);

const after = held().eventPosition;
const told = new Promise((next, error) => {
  apollo.subscribe({ query: WATCH, variables: { ids: [person], after } }).subscribe({
    next: ({ data, error: failed }) => {
      if (failed) error(failed);
      if (data?.partyChanged.party.name === "Tên Mới") next();
    },
    error,
  });
});
await post(RENAME.loc.source.body, rename("Tên Mới"));
await told;
say("after the subscription", names()[0]);

shown.unsubscribe();
apollo.stop();
await client.dispose();
