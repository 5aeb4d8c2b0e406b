"""Sessions of roles, so that the journal knows in whose name a service calls."""

from dataclasses import dataclass
from hashlib import sha256

from ministack.services import sts


@dataclass(frozen=True)
class RoleSession:
    """Credentials that the lab takes for a session of a role."""

    access_key: str
    secret_key: str
    token: str


def role_session(account: str, role: str, name: str) -> RoleSession:
    """The session of that name; asked for again, it is the same one."""
    digest = sha256(f"{account} {role} {name}".encode()).hexdigest()
    session = RoleSession(f"ASIA{digest[:16].upper()}", digest[:40], digest)
    sts.register_session(
        session.access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
            "UserId": f"{role}:{name}",
            "SecretAccessKey": session.secret_key,
            "SessionToken": session.token,
        },
    )
    return session
