"""The HTML report: one file with its style, its script and its data, which asks no one for more."""
