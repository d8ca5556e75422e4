"""The guide's chapters as they are played for their pictures, in the order in which people read them."""

from tests.guide.chapters import look_up, my_account, signing_in, units, users, vaccinate

CHAPTERS = (signing_in, my_account, users, units, look_up, vaccinate)
