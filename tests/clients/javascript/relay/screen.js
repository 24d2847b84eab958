// What the screen asks. relay-compiler reads these documents; ../relay.mjs runs what it makes of them.
import { graphql } from "relay-runtime";

graphql`
  query screenQuery($seller: ID!) {
    eventPosition
    organisation(by: { id: $seller }) {
      id
      name
      ...screen_customers
      ...screen_brands
    }
  }
`;

graphql`
  fragment screen_customers on Organisation
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "screenCustomersQuery") {
    customers(first: $count, after: $cursor, orderBy: [{ since: ASC }]) @connection(key: "screen_customers", filters: []) {
      __id
      totalCount
      edges {
        node {
          id
          party {
            ...screen_party
          }
        }
      }
    }
  }
`;

graphql`
  fragment screen_party on Party @refetchable(queryName: "screenPartyQuery") {
    __typename
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

graphql`
  fragment screen_brands on Organisation {
    brands(first: 10) @connection(key: "screen_brands") {
      __id
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;

graphql`
  mutation screenCreateCustomerMutation($input: CreateCustomerInput!, $connections: [ID!]!) {
    createCustomer(input: $input) {
      customer @appendNode(connections: $connections, edgeTypeName: "CustomerEdge") {
        id
        party {
          ...screen_party
        }
      }
      userErrors {
        message
      }
    }
  }
`;

graphql`
  mutation screenCreateBrandMutation($input: CreateBrandInput!, $connections: [ID!]!) {
    createBrand(input: $input) {
      brand @prependNode(connections: $connections, edgeTypeName: "BrandEdge") {
        id
        name
      }
      userErrors {
        message
      }
    }
  }
`;

graphql`
  mutation screenDeleteBrandMutation($input: DeleteBrandInput!, $connections: [ID!]!) {
    deleteBrand(input: $input) {
      deletedId @deleteEdge(connections: $connections)
      userErrors {
        message
      }
    }
  }
`;

graphql`
  mutation screenEndCustomerMutation($input: EndCustomerInput!) {
    endCustomer(input: $input) {
      customer {
        id
        until
      }
      userErrors {
        message
      }
    }
  }
`;

graphql`
  mutation screenRenameMutation($input: UpdatePersonInput!) {
    updatePerson(input: $input) {
      userErrors {
        message
      }
    }
  }
`;

graphql`
  subscription screenSubscription($ids: [ID!]!, $after: String) {
    partyChanged(ids: $ids, after: $after) {
      after
      party {
        ...screen_party
      }
    }
  }
`;
