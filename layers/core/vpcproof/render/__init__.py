"""Findings in, document out: one module per format, each a pure function."""
