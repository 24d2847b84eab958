// @neo4j/graphql behind graphql-yoga, as their guides show. Instants are text here: DateTime would need APOC.
import { createServer } from "node:http";
import { Neo4jGraphQL } from "@neo4j/graphql";
import { createYoga } from "graphql-yoga";
import neo4j from "neo4j-driver";

const typeDefs = /* GraphQL */ `
  type Person @node(labels: ["Party", "Person"]) {
    id: ID!
    name: String!
    nameKey: String!
    email: String
    country: String
    createdAt: String!
  }
  type Organisation @node(labels: ["Party", "Organisation"]) {
    id: ID!
    name: String!
    nameKey: String!
    customers: [Customer!]! @relationship(type: "SELLER", direction: IN)
  }
  type Customer @node {
    id: ID!
    since: String!
    until: String
    party: [Person!]! @relationship(type: "PARTY", direction: OUT)
  }
`;

const { NEO4J_URI, NEO4J_USER, NEO4J_PASSWORD } = process.env;
const driver = neo4j.driver(NEO4J_URI, neo4j.auth.basic(NEO4J_USER, NEO4J_PASSWORD));
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema();
const yoga = createYoga({ schema, logging: false });
createServer(yoga).listen(Number(process.argv[2]), "127.0.0.1");
