"""What an answer costs, beside what people would pick instead: `make bench`."""
