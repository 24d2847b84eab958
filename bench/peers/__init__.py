"""The programs that are measured beside the service, each as its own authors would write it."""
