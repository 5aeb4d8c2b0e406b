"""One file per rule; its module docstring is its documentation page."""
