"""Reaching services for real, from where the code runs: names, connections, TLS.

Asked by an event of the probe function, it answers what the function answers. It holds no
credentials, sends no request and reads no data: a connection is closed as soon as TLS stands.
"""
