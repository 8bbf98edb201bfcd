"""Measurements against what people would do without us; `scripts/bench` is the command."""
