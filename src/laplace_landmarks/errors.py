"""What a user is meant to read: what is wrong, where, and what to do."""


class InputError(ValueError):
    """Something the user gave (a file, a flag, a setting) cannot be used; the command line exits with 2."""


class Stopped(Exception):
    """The user ended something long before its end; what was reached is kept, and the message says how to go on."""
