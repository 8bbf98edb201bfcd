"""The road, in order: plain code where stages meet tools."""
