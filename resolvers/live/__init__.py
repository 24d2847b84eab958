"""Live updates: one reader of the outbox a process, one reading of the graph for all who ask alike, a mailbox each."""
