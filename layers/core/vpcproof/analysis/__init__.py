"""Exact answers about a snapshot: who the clients are, what is admitted, routed and resolved."""
