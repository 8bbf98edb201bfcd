"""The road from a film folder to its deliverables."""
