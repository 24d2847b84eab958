"""The HTTP side of the service: GraphQL over HTTP, health, GraphiQL. It executes nothing itself."""
