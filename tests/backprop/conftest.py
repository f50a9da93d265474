"""Examples have no deadline: a test must not depend on the machine's load."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
