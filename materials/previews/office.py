"""LibreOffice as a converter that trusts nobody: it reads the one file it is given and asks nobody for anything."""

import functools
import shutil
from pathlib import Path

# What the file was found to be, by its content: LibreOffice is not left to guess, so nothing in disguise reaches
# another of its many readers.
FILTERS = {"pptx": "Impress MS PowerPoint 2007 XML", "ppt": "MS PowerPoint 97"}
OUTPUT = "pdf:impress_pdf_Export"
# Second walls behind the sandbox, as settings of the profile: (group, name, value).
PRECAUTIONS = (
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Java/VirtualMachine", "Enable", "false"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "2"),
    ("Recovery/AutoSave", "Enabled", "false"),
    ("Recovery/RecoveryInfo", "Enabled", "false"),
    ("Common/Misc", "FirstRun", "false"),
    ("Common/Misc", "UseOpenCL", "false"),
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
    ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)
ITEM = '<item oor:path="/org.openoffice.Office.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'


@functools.cache
def program() -> Path | None:
    """LibreOffice's own program behind whatever link is on PATH; None when there is none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found).resolve() if found else None


def home(soffice: Path) -> Path:
    """The folder of the whole installation, which a sandbox must show to it."""
    return soffice.parent.parent


def command(soffice: Path, deck: Path, format: str, room: Path) -> list[str]:
    """The words that make room/NAME.pdf of `deck`, with a new profile in `room`. `format` is a key of FILTERS."""
    return [
        str(soffice),
        f"-env:UserInstallation={_profile(room).as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        "--nolockcheck",
        f"--infilter={FILTERS[format]}",
        "--convert-to",
        OUTPUT,
        "--outdir",
        str(room),
        str(deck),
    ]


def _profile(room: Path) -> Path:
    """A profile that nothing was ever remembered in."""
    profile = room / "profile"
    (profile / "user").mkdir(parents=True)
    items = "".join(ITEM.format(*each) for each in PRECAUTIONS)
    (profile / "user" / "registrymodifications.xcu").write_text(f"{HEAD}{items}</oor:items>\n")
    return profile
