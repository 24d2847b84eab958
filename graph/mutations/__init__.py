"""What clients may change: which mutations follow from the declarations, and what their inputs mean to the writer."""
