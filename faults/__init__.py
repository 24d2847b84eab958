"""Proves with real failures that writes are safe: clients on hot parties, kills, cuts, and a judge of what is left."""
