"""For all tests."""

from hypothesis import settings

# No test asserts on time: a busy machine is no error.
settings.register_profile("lading", deadline=None)
settings.load_profile("lading")
