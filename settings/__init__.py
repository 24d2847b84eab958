"""Settings in groups: what can be set, what it means, and the values that the parts of the house take."""
