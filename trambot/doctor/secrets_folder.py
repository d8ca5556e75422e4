"""The folder with a file for each secret: readable by the processes, by nobody else, and of one meaning."""

import os
import stat
from pathlib import Path

from trambot.doctor.finding import Finding, good, listed, unknown, wrong
from trambot.doctor.given import given_twice, named, secret_files, unreadable
from trambot.settings import SECRETS

FOR_EVERYBODY = stat.S_IROTH | stat.S_IWOTH


def look_into(folder: Path) -> list[Finding]:
    """Whether the secrets folder can be read, by those who must alone, and contradicts nothing."""
    if trouble := unreadable(folder):
        todo = "Correct the path, or run the doctor as the user that the processes run as."
        return [wrong("secrets_folder", f"{SECRETS} names {folder}, but {trouble}.", todo)]
    return [closed_to_others(folder), kept_inside(folder), one_meaning(folder)]


def closed_to_others(folder: Path) -> Finding:
    """Only the owner and the group may have rights on a secret."""
    files = secret_files(folder)
    open_ones = [file for file in files if file.stat().st_mode & FOR_EVERYBODY]
    names = listed([file.name for file in open_ones])
    if not open_ones:
        return good("secret_files", f"The {len(files)} files in {folder} are closed to others.")
    if _is_out_of_reach(folder):
        return good("secret_files", f"{folder} is closed to others, whatever the modes of the files in it.")
    if all(_is_handed_in(file) for file in open_ones):
        text = f"{names}: handed into this container; who else reads them is decided where they come from."
        return unknown("secret_files", text)
    says = f"The mode of {names} lets everybody on this machine in."
    return wrong("secret_files", says, f"chmod 0700 {folder}, and chmod 0600 the files in it.")


def _is_out_of_reach(folder: Path) -> bool:
    """Whether others cannot pass through to it."""
    way = folder.resolve()
    return not all(each.stat().st_mode & stat.S_IXOTH for each in (way, *way.parents))


def _is_handed_in(file: Path) -> bool:
    """Whether it, or its folder, was mounted by itself, as containers get their secrets."""
    return os.path.ismount(file) or os.path.ismount(file.parent)


def kept_inside(folder: Path) -> Finding:
    """A link out of the folder is not followed."""
    inside = folder.resolve()
    if outside := [file.name for file in secret_files(folder) if inside not in file.resolve().parents]:
        do = "Put the file itself there."
        return wrong("inside", f"Not read, because they are links out of {folder}: {listed(outside)}.", do)
    return good("inside", "Every file in the secrets folder is read.")


def one_meaning(folder: Path) -> Finding:
    """A setting given in two places is asked for in one and changed in the other."""
    if twice := given_twice(folder):
        names = listed([named(name) for name in twice])
        return wrong("given_once", f"Environment and folder contradict each other: {names}.", TWICE)
    return good("given_once", "Environment and secrets folder do not contradict each other.")


TWICE = "The environment wins. Remove one of the two."
