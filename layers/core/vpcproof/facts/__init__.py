"""Readers that fill a Snapshot: from a live account, from saved AWS CLI output.

Every reader gathers `Documents`, the answers as AWS gave them, and `build.snapshot_of` turns them
into a Snapshot: what was read live and what is read again from a saved folder are the same facts.
"""
