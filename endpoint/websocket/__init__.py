"""GraphQL over WebSocket, protocol graphql-transport-ws: what a frame means, and the sockets that it comes on."""
