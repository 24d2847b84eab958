"""What loading costs: `customer-graph generate` beside a plain driver script that writes the same graph."""
