"""From a selection to a plan: each module plans one kind of thing that a client can ask for."""
