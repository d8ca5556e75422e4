"""What is wrong with a file, on its way from the process that looked at it to a refusal."""

from models.words import FileFlaw


class Flawed(Exception):
    """The file is not one that may be read."""

    def __init__(self, flaw: FileFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw
