"""A stand-in with the few names that the recorder touches, so that tests of processes need no engine and start fast."""

__version__ = "0.0.double"
