// Relay: compiled documents over HTTP and a socket. Pages of a connection, node refetch, edges added and taken away by
// directives and by an updater, and a subscription that changes what is shown.
// node relay.mjs http://127.0.0.1:8000/graphql '{"seller": "org_…", "person": "per_…"}'
import { createRequire } from "node:module";
import relay from "relay-runtime";
import { argument, post, say, socket, url } from "./say.mjs";

const { commitMutation, ConnectionHandler, createOperationDescriptor, Environment, fetchQuery } = relay;
const { getSelector, Network, Observable, RecordSource, requestSubscription, Store } = relay;
const artefact = (name) => createRequire(import.meta.url)(`./relay/__generated__/${name}.graphql.js`);
const { seller, person } = argument;

const client = socket();
const subscribe = ({ text }, variables) =>
  Observable.create((sink) => client.subscribe({ query: text, variables }, sink));
const network = Network.create(({ text }, variables) => post(text, variables), subscribe);
const environment = new Environment({ network, store: new Store(new RecordSource()) });

const screen = createOperationDescriptor(artefact("screenQuery"), { seller });
const read = () => environment.lookup(screen.fragment).data;
const part = (name, reference) => environment.lookup(getSelector(artefact(name), reference)).data;
const customers = () => part("screen_customers", read().organisation).customers;
const brands = () => part("screen_brands", read().organisation).brands;
const parties = () => customers().edges.map(({ node }) => part("screen_party", node.party));
const names = () => parties().map(({ name }) => name);
const ask = (name, variables) => fetchQuery(environment, artefact(name), variables).toPromise();
const commit = (name, variables, updater) =>
  new Promise((onCompleted, onError) =>
    commitMutation(environment, { mutation: artefact(name), variables, updater, onCompleted, onError }),
  );

await ask("screenQuery", { seller });
const kept = environment.retain(screen);
say("first page", names());

const pages = [];
while (customers().pageInfo.hasNextPage) {
  const before = names().length;
  await ask("screenCustomersQuery", { id: seller, count: 2, cursor: customers().pageInfo.endCursor });
  pages.push(names().slice(before));
}
say("further pages", pages);
say("all pages", names());
say("total", customers().totalCount);
say("types", parties().map(({ __typename, givenName, kind }) => [__typename, givenName ?? kind]));

await commit("screenRenameMutation", { input: { by: { id: person }, name: "Tên Khác" } });
say("before refetch", names()[0]);
await ask("screenPartyQuery", { id: person });
say("after refetch", names()[0]);

const made = await commit("screenCreateCustomerMutation", {
  input: {
    party: { createPerson: { name: "Khách Mới" } },
    seller: { id: seller },
    lifecycle: "CURRENT",
    since: "2024-02-01",
  },
  connections: [customers().__id],
});
say("customers after appendNode", names());
const { id } = made.createCustomer.customer;
await commit("screenEndCustomerMutation", { input: { by: { id } } }, (store) => {
  ConnectionHandler.deleteNode(store.get(customers().__id), id);
});
say("customers after the updater", names());

const connections = [brands().__id];
for (const name of ["Mây", "Gió"]) {
  await commit("screenCreateBrandMutation", { input: { name, owner: { id: seller } }, connections });
}
say("brands after prependNode", brands().edges.map(({ node }) => node.name));
const [{ node: newest }] = brands().edges;
await commit("screenDeleteBrandMutation", { input: { by: { id: newest.id } }, connections });
say("brands after deleteEdge", brands().edges.map(({ node }) => node.name));

const { eventPosition } = await post("{ eventPosition }").then(({ data }) => data);
const told = new Promise((onNext, onError) => {
  const variables = { ids: [person], after: eventPosition };
  requestSubscription(environment, { subscription: artefact("screenSubscription"), variables, onNext, onError });
});
await commit("screenRenameMutation", { input: { by: { id: person }, name: "Tên Mới" } });
await told;
say("after the subscription", names()[0]);

kept.dispose();
await client.dispose();
