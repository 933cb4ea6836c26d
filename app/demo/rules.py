"""Where the demo may be loaded, and what it is known by afterwards."""

from app.config import Config

PASSWORD = "hanpyo-demo-2026!"  # everybody may know it: it opens nothing but made-up rounds


class DemoError(Exception):
    """The demo cannot be loaded."""


class NotADemo(DemoError):
    """A real installation: accounts with a known password have no place there."""


class LoginsTaken(DemoError):
    """Somebody has made accounts with the logins of the demo's people: it does not change their passwords."""

    def __init__(self, logins: tuple[str, ...]) -> None:
        super().__init__(", ".join(logins))
        self.logins = logins


def ensure_demo(config: Config) -> None:
    if config.mode not in ("demo", "testing"):
        raise NotADemo
