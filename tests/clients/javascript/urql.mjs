// urql: pages merged by relayPagination, a mutation and a subscription that change what the cache holds. Subscriptions
// come over an event stream or over a socket.
// node urql.mjs http://127.0.0.1:8000/graphql '{"seller": "org_…", "person": "per_…"}' stream
import { Client, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { argument, post, say, socket, url } from "./say.mjs";

const { seller, person } = argument;
const CUSTOMERS = gql`
  query Customers($seller: ID!, $after: String) {
    organisation(by: { id: $seller }) {
      id
      customers(first: 2, after: $after, orderBy: [{ since: ASC }]) {
        edges {
          cursor
          node {
            id
            party {
              id
              name
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
        id
        name
      }
    }
  }
`;

const overSocket = process.argv[4] === "socket";
const client = socket();
const listening = subscriptionExchange({
  forwardSubscription: ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: client.subscribe({ query, variables }, sink) }),
  }),
});
const cache = cacheExchange({ resolvers: { Organisation: { customers: relayPagination() } } });
const urql = new Client({
  url,
  preferGetMethod: false,
  fetchSubscriptions: !overSocket,
  exchanges: overSocket ? [cache, fetchExchange, listening] : [cache, fetchExchange],
});
const page = async (after) => {
  const { data, error } = await urql.query(CUSTOMERS, { seller, after }).toPromise();
  if (error) throw error;
  return data.organisation.customers;
};
const shown = (connection) => connection.edges.map(({ node }) => node.party.name);

let found = await page();
say("first page", shown(found));
while (found.pageInfo.hasNextPage) found = await page(found.pageInfo.endCursor);
say("all pages", shown(found));

await urql.mutation(RENAME, { input: { by: { id: person }, name: "Tên Khác" } }).toPromise();
say("after the mutation", shown(await page())[0]);

const { eventPosition } = (await post("{ eventPosition }")).data;
const told = new Promise((next, fail) => {
  urql.subscription(WATCH, { ids: [person], after: eventPosition }).subscribe(({ data, error }) => {
    if (error) fail(error);
    if (data?.partyChanged.party.name === "Tên Mới") next();
  });
});
await post(RENAME.loc.source.body, { input: { by: { id: person }, name: "Tên Mới" } });
await told;
say("after the subscription", shown(await page())[0]);
await client.dispose();
// urql leaves the last read of a stream that is aborted unhandled, which Node takes for a crash: the process ends first.
process.exit();
