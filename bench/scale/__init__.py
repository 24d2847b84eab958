"""What every kind of read costs the database at growing sizes: `make bench-scale`."""
