"""One element of an AWS answer, as the AWS CLI prints it, to one object of the model.

Every function takes one element and raises `UnreadableError` where it cannot be understood.
Members may be missing or null; members of a newer API are ignored.
"""
