// What the made types allow and what they forbid; ../typed.mjs runs it against the service.
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { CustomersDocument, RenameDocument, WatchDocument } from "./made/graphql.js";
import type { CustomersQuery, PartyNameFragment, RenameMutationVariables } from "./made/graphql.js";

interface Service {
  ask<Result, Variables>(document: TypedDocumentNode<Result, Variables>, variables: Variables): Promise<Result>;
  watch<Result, Variables>(document: TypedDocumentNode<Result, Variables>, variables: Variables): Promise<Result>;
  say(fact: string, value: unknown): void;
}

type Organisation = NonNullable<CustomersQuery["organisation"]>;

export async function program(service: Service, seller: string, person: string, after: string): Promise<void> {
  const names: string[] = [];
  let page: Organisation["customers"]["pageInfo"] = { hasNextPage: true, endCursor: null };
  while (page.hasNextPage) {
    const { organisation } = await service.ask(CustomersDocument, { seller, first: 2, after: page.endCursor });
    if (organisation === null) throw new Error("There is no such seller.");
    for (const { node } of organisation.customers.edges) {
      names.push(node.party === null ? "hidden" : described(node.party));
    }
    page = organisation.customers.pageInfo;
  }
  service.say("customers", names);

  const renamed = await service.ask(RenameDocument, { input: { by: { id: person }, name: "Tên Khác" } });
  service.say("renamed", renamed.updatePerson?.person?.name);
  const refused = await service.ask(RenameDocument, { input: { by: { id: person }, name: "" } });
  service.say("refused", refused.updatePerson?.userErrors.map(({ code, field }) => [code, field]));

  const told = await service.watch(WatchDocument, { ids: [person], after });
  service.say("told", [told.partyChanged.event.kind, told.partyChanged.party?.name]);
}

/** Every kind of party is told apart; a new one would not compile. */
function described(party: PartyNameFragment): string {
  switch (party.__typename) {
    case "Person":
      return `${party.name}, called ${party.givenName ?? "nothing else"}`;
    case "Organisation":
      return `${party.name}, a ${party.kind}`;
    case "OrgUnit":
      return party.name;
    default:
      return party satisfies never;
  }
}

/** What a client must not be able to write; the compiler complains where one of these lines is no mistake. */
export function mistakes(organisation: Organisation): unknown[] {
  const [edge] = organisation.customers.edges;
  // @ts-expect-error: the page may be empty
  const lifecycle = edge.node.lifecycle;
  // @ts-expect-error: who may not see the party gets null
  const name = edge?.node.party.name;
  // @ts-expect-error: nobody asked for it
  const taxId = edge?.node.party?.taxId;
  // @ts-expect-error: there is no such stage
  const unknown = edge?.node.lifecycle === "FOREVER";
  // @ts-expect-error: a node is named in exactly one way
  const twice: RenameMutationVariables = { input: { by: { id: "per_1", externalKey: "crm:person:1" } } };
  // @ts-expect-error: amounts and instants are texts
  const since: number | undefined = edge?.node.since;
  return [lifecycle, name, taxId, unknown, twice, since];
}
