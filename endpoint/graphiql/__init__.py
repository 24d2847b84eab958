"""GraphiQL, served from the package itself: no other origin is asked for anything."""
