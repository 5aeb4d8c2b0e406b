"""The shell: events of AWS put into the terms of the core, and its answers delivered to AWS."""
