"""What is known about one party, and how it is forgotten. Both follow from what the declarations call personal."""
