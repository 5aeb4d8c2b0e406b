"""Applying a proven plan: made under a lock, recorded call by call, taken back when it fails."""
