"""Long work: import and what follows it; each job takes its database and model as arguments."""
