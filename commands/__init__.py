"""The command line: one module per command; errors.py says what an exit code means."""
