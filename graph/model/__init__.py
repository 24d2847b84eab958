"""The vocabulary of declarations and the model that follows from them; knows neither GraphQL nor Cypher."""
