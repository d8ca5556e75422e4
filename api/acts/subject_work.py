"""Who may do what with subjects (R16-R18)."""

from api.people import Person
from models.refusals import NotFound
from models.roles import SUBJECT_KEEPERS


def must_keep(person: Person) -> None:
    """Raises NotFound for whoever neither registers nor corrects subjects."""
    if person.role not in SUBJECT_KEEPERS:
        raise NotFound
