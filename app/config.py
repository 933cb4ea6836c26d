"""Configuration: read once from the environment, frozen, and complete or not at all."""

import contextlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.crypto.keys import BadKey
from app.crypto.signing import SigningKey

ROOT = Path(__file__).resolve().parent.parent
MODES = ("demo", "production", "testing")
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "IDENTITY_KEY", "SIGNING_KEY", "DATABASE_URL", "SMS_GATEWAY_URL")
DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
SHORTEST_SECRET = 32
ORIGIN = r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?"
# Who carries our text messages → what must be known to ask them. The base URL of the three companies may be given, too.
SMS_PROVIDERS = {
    "gateway": ("SMS_GATEWAY_URL",),
    "solapi": ("SOLAPI_API_KEY", "SOLAPI_API_SECRET", "SMS_FROM"),
    "sens": ("SENS_ACCESS_KEY", "SENS_SECRET_KEY", "SENS_SERVICE_ID", "SMS_FROM"),
    "nhn": ("NHN_APP_KEY", "NHN_SECRET_KEY", "SMS_FROM"),
}
SMS_URLS = ("SOLAPI_URL", "SENS_URL", "NHN_URL")
HELP_PHONE_MAX = 60
STARTTLS, TLS, NO_TLS = "starttls", "tls", "none"
SMTP_TLS = (STARTTLS, TLS, NO_TLS)
SMTP_PORTS = {STARTTLS: 587, TLS: 465, NO_TLS: 25}
HERE = ("localhost", "127.0.0.1", "::1")
MAIL_FROM = r"[^<>@\r\n]*<[^<>@\s]+@[a-z0-9.-]+>|[^<>@\s]+@[a-z0-9.-]+"
OIDC = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")  # all, or none
# Pictures of a map: a source of https with the three numbers of a tile in its path, and no other braces.
TILES = ORIGIN + r"/(?=.*\{z\})(?=.*\{x\})(?=.*\{y\})([^{}\s]|\{[xyz]\})*"
# What lies under the demo's maps: no survey, each dong is what is nearest to a point in it.
SKETCH = ROOT / "app" / "demo" / "outlines.geojson"
SKETCH_SOURCE = "시연용 약도 · a rough sketch for the demo"
LIMIT_PER_ADDRESS = 600  # requests a minute: the outer fence; limits per phone and code have their own table


class ConfigError(Exception):
    """What is missing or wrong, all of it at once: one sentence a fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class CodeLimits:
    """Codes asked for by everybody together, and wrong ones typed. First values, to be fitted to the district: a code
    costs some 10 to 20 won. `per_prefix`: in a day, by the 10,000 numbers that share their first seven digits."""

    per_minute: int = 200
    per_hour: int = 5_000
    per_day: int = 20_000
    per_prefix: int = 50
    wrong_per_hour: int = 500


# Environment variable → field.
CODE_LIMITS = {
    "CODES_PER_MINUTE": "per_minute",
    "CODES_PER_HOUR": "per_hour",
    "CODES_PER_DAY": "per_day",
    "CODES_PER_PREFIX": "per_prefix",
    "WRONG_CODES_PER_HOUR": "wrong_per_hour",
}


@dataclass(frozen=True)
class Smtp:
    """The server that carries our mail; without `host`, none does. `sender`: what mails are from, an address or a name
    with one."""

    host: str = ""
    port: int = 587
    tls: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""

    @property
    def address(self) -> str:
        return self.sender.partition("<")[2].rstrip("> ") or self.sender


@dataclass(frozen=True)
class Outgoing:
    """What is told besides on the site. `sms_per_day`: text messages at most, codes to sign in not counted.
    `digest_hour`: in Seoul. `kept_days`: how long it is kept that, and when, something went."""

    sms_per_day: int = 1_000
    digest_hour: int = 8
    kept_days: int = 90


# Environment variable → field, least, most.
OUTGOING = {
    "NOTICE_SMS_PER_DAY": ("sms_per_day", 0, 1_000_000),
    "NOTICE_DIGEST_HOUR": ("digest_hour", 0, 23),
    "NOTICE_KEPT_DAYS": ("kept_days", 1, 3650),
}


@dataclass(frozen=True)
class Centre:
    """Where a map without points begins: degrees (WGS 84) and Leaflet's zoom. First value: the middle of Geumcheon."""

    latitude: float = 37.4565
    longitude: float = 126.8955
    zoom: int = 14


@dataclass(frozen=True)
class Maps:
    """`tiles`: the address of a tile with {z}, {x} and {y}. `outlines`: a GeoJSON FeatureCollection, as its file
    had it, that is shown and served."""

    tiles: str = ""
    attribution: str = ""
    outlines: bytes = b""
    centre: Centre = Centre()

    @property
    def has_ground(self) -> bool:
        """Whether somebody could tell from the map where they are."""
        return bool(self.tiles or self.outlines)

    @property
    def host(self) -> str:
        """Whom browsers ask for tiles, "https://tiles.example"; empty without any."""
        return "/".join(self.tiles.split("/")[:3])


@dataclass(frozen=True)
class Config:
    """`identity_key` turns phone numbers into keys; losing it means nobody can sign in as before. `signing_key`: the
    seed (RFC 8032) of the key that manifests name and certificates are signed with, in hex."""

    mode: str
    secret_key: str
    identity_key: str
    signing_key: str
    database_url: str
    sms_gateway_url: str | None = None
    sms_gateway_token: str | None = None
    sms_provider: str = "gateway"
    sms_keys: Mapping[str, str] = field(default_factory=dict, hash=False)  # of the other providers, by their names
    code_limits: CodeLimits = CodeLimits()
    help_phone: str = ""  # whom people ring who cannot get a code; as it is to be read
    oidc_issuer: str | None = None  # an identity provider beside the phone; its claims' names below
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_name_claim: str = "name"
    oidc_birthdate_claim: str = "birthdate"
    oidc_phone_claim: str = "phone_number"
    limit_per_address: int = LIMIT_PER_ADDRESS
    trusted_proxies: int = 0  # how many stand in front and say who really asks
    files_folder: Path = ROOT / "var" / "files"  # photos and documents, written by us only
    site_origin: str | None = None  # "https://hanpyo.example": what passkeys are bound to; else as the browser asks
    maps: Maps = Maps()
    smtp: Smtp = Smtp()
    outgoing: Outgoing = Outgoing()

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def asks_second_factor(self) -> bool:
        """Of every account. The demo's ready-made ones sign in by their password."""
        return not self.is_demo


def from_env(environ: Mapping[str, str], var: Path = ROOT / "var") -> Config:
    """Without configuration: the demo, on the database that `make run` makes. An empty variable is one not given.

    Raises ConfigError naming everything that is missing or wrong.
    """
    values = {name: value for name, value in environ.items() if value.strip()}
    mode = values.get("HANPYO_MODE", "demo")
    faults = [] if mode in MODES else [f"HANPYO_MODE: {mode!r} is not one of {', '.join(MODES)}"]
    if mode == "demo":
        values = {**_demo_defaults(var), **values}
    provider = values.get("SMS_PROVIDER", "gateway")
    needed = [name for name in REQUIRED_IN_PRODUCTION if name not in SMS_PROVIDERS["gateway"]]
    needed += SMS_PROVIDERS.get(provider, ())
    faults += [f"{name}: missing" for name in needed if mode != "demo" and not values.get(name)]
    faults += _wrong(values)
    if faults:
        raise ConfigError(faults)
    return Config(
        mode=mode,
        secret_key=values["SECRET_KEY"],
        identity_key=values["IDENTITY_KEY"],
        signing_key=values["SIGNING_KEY"],
        database_url=values["DATABASE_URL"],
        sms_gateway_url=values.get("SMS_GATEWAY_URL"),
        sms_gateway_token=values.get("SMS_GATEWAY_TOKEN"),
        sms_provider=provider,
        sms_keys={name: values[name] for name in (*SMS_PROVIDERS[provider], *SMS_URLS) if name in values},
        code_limits=CodeLimits(**{at: int(values[name]) for name, at in CODE_LIMITS.items() if name in values}),
        help_phone=values.get("HELP_PHONE", "").strip(),
        oidc_issuer=values.get("OIDC_ISSUER"),
        oidc_client_id=values.get("OIDC_CLIENT_ID"),
        oidc_client_secret=values.get("OIDC_CLIENT_SECRET"),
        oidc_name_claim=values.get("OIDC_NAME_CLAIM", "name"),
        oidc_birthdate_claim=values.get("OIDC_BIRTHDATE_CLAIM", "birthdate"),
        oidc_phone_claim=values.get("OIDC_PHONE_CLAIM", "phone_number"),
        limit_per_address=int(values.get("LIMIT_PER_ADDRESS", LIMIT_PER_ADDRESS)),
        trusted_proxies=int(values.get("TRUSTED_PROXIES", 0)),
        files_folder=Path(values.get("FILES_FOLDER", var / "files")),
        site_origin=values.get("SITE_ORIGIN"),
        maps=_maps(values, mode),
        smtp=_smtp(values),
        outgoing=Outgoing(**{at: int(values[name]) for name, (at, *_) in OUTGOING.items() if name in values}),
    )


def _smtp(values: Mapping[str, str]) -> Smtp:
    tls = values.get("SMTP_TLS", STARTTLS)
    return Smtp(
        host=values.get("SMTP_HOST", ""),
        port=int(values.get("SMTP_PORT", SMTP_PORTS[tls])),
        tls=tls,
        user=values.get("SMTP_USER", ""),
        password=values.get("SMTP_PASSWORD", ""),
        sender=values.get("MAIL_FROM", "").strip(),
    )


def _maps(values: Mapping[str, str], mode: str) -> Maps:
    if mode == "demo" and not values.keys() & {"MAP_TILES", "MAP_OUTLINES"}:
        return Maps(attribution=SKETCH_SOURCE, outlines=SKETCH.read_bytes())
    outlines = values.get("MAP_OUTLINES")
    return Maps(
        tiles=values.get("MAP_TILES", ""),
        attribution=values.get("MAP_ATTRIBUTION", "").strip(),
        outlines=Path(outlines).read_bytes() if outlines else b"",
        centre=_centre(values["MAP_CENTRE"]) if "MAP_CENTRE" in values else Centre(),
    )


def _centre(written: str) -> Centre:
    """Raises ValueError unless it is latitude, longitude and zoom."""
    latitude, longitude, zoom = written.split(",")
    centre = Centre(float(latitude), float(longitude), int(zoom))
    if not (-90 <= centre.latitude <= 90 and -180 <= centre.longitude <= 180 and 1 <= centre.zoom <= 19):
        raise ValueError(written)
    return centre


def _wrong(values: Mapping[str, str]) -> list[str]:
    faults = []
    for name in ("SECRET_KEY", "IDENTITY_KEY"):
        if values.get(name) and len(values[name]) < SHORTEST_SECRET:
            faults.append(f"{name}: shorter than {SHORTEST_SECRET} characters")
    if values.get("SIGNING_KEY") and not _is_signing_key(values["SIGNING_KEY"]):
        faults.append("SIGNING_KEY: must be 64 hexadecimal digits in lower case")
    url = values.get("DATABASE_URL")
    if url and not url.startswith(DATABASES):
        faults.append(f"DATABASE_URL: must begin with one of {', '.join(DATABASES)}")
    elif url and not _is_readable(url):
        faults.append("DATABASE_URL: cannot be read as postgresql://user:password@host:port/name")
    limit = values.get("LIMIT_PER_ADDRESS", "1")
    if not limit.isdecimal() or int(limit) < 1:
        faults.append("LIMIT_PER_ADDRESS: must be a whole number of requests a minute")
    if not values.get("TRUSTED_PROXIES", "0").isdecimal():
        faults.append("TRUSTED_PROXIES: must be a whole number")
    if not re.fullmatch(ORIGIN, values.get("SITE_ORIGIN", "https://hanpyo.example")):
        faults.append("SITE_ORIGIN: must be https:// and a host name, with nothing after it")
    if not Path(values.get("FILES_FOLDER", "/")).is_absolute():
        faults.append("FILES_FOLDER: must be an absolute path")
    return [
        *faults,
        *_wrong_oidc(values),
        *_wrong_about_messages(values),
        *_wrong_about_mail(values),
        *_wrong_about_maps(values),
    ]


def _wrong_about_messages(values: Mapping[str, str]) -> list[str]:
    faults = []
    gateway = values.get("SMS_GATEWAY_URL")
    if gateway == "outbox":
        faults.append("SMS_GATEWAY_URL: the demo outbox cannot serve a real round")
    elif gateway and not gateway.startswith(("https://", "http://")):
        faults.append("SMS_GATEWAY_URL: must begin with https://")
    if values.get("SMS_PROVIDER", "gateway") not in SMS_PROVIDERS:
        faults.append(f"SMS_PROVIDER: must be one of {', '.join(SMS_PROVIDERS)}")
    if not values.get("SMS_FROM", "0").isdecimal():
        faults.append("SMS_FROM: must be the digits of the number that messages come from")
    for name in SMS_URLS:
        if name in values and not values[name].startswith(("https://", "http://")):
            faults.append(f"{name}: must begin with https://")
    for name in CODE_LIMITS:
        if not values.get(name, "1").isdecimal() or int(values.get(name, "1")) < 1:
            faults.append(f"{name}: must be a whole number, 1 or more")
    if len(values.get("HELP_PHONE", "")) > HELP_PHONE_MAX:
        faults.append(f"HELP_PHONE: longer than {HELP_PHONE_MAX} characters")
    return faults


def _wrong_about_mail(values: Mapping[str, str]) -> list[str]:
    """A mail holds links to the site, among them the one that ends such mails: so the site's address must be known."""
    faults = []
    host, tls = values.get("SMTP_HOST", ""), values.get("SMTP_TLS", STARTTLS)
    if host:
        faults += [f"{name}: missing beside SMTP_HOST" for name in ("MAIL_FROM", "SITE_ORIGIN") if name not in values]
    if tls not in SMTP_TLS:
        faults.append(f"SMTP_TLS: must be one of {', '.join(SMTP_TLS)}")
    elif tls == NO_TLS and host not in HERE:
        faults.append(f"SMTP_TLS: none is for a server on this machine ({', '.join(HERE)})")
    if not _is_whole(values.get("SMTP_PORT", "1"), 1, 65_535):
        faults.append("SMTP_PORT: must be a port")
    if ("SMTP_USER" in values) != ("SMTP_PASSWORD" in values):
        faults.append("SMTP_USER, SMTP_PASSWORD: one without the other")
    if not _is_sender(values.get("MAIL_FROM", "a@b.example").strip()):
        faults.append("MAIL_FROM: must be an address, as in budget@gu.example or 금천구 <budget@gu.example>")
    for name, (_at, least, most) in OUTGOING.items():
        if not _is_whole(values.get(name, str(least)), least, most):
            faults.append(f"{name}: must be a whole number, {least} to {most}")
    return faults


def _is_sender(written: str) -> bool:
    """Also as mails have it: there a name with a comma must stand in quotes."""
    name, address = parseaddr(written)
    try:
        Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError):
        return False
    return re.fullmatch(MAIL_FROM, written) is not None and address == Smtp(sender=written).address


def _is_whole(written: str, least: int, most: int) -> bool:
    return written.isascii() and written.isdecimal() and len(written) < 10 and least <= int(written) <= most


def _wrong_about_maps(values: Mapping[str, str]) -> list[str]:
    faults = []
    tiles = values.get("MAP_TILES")
    if tiles and not re.fullmatch(TILES, tiles):
        faults.append(
            "MAP_TILES: must be https:// and a host name, then a path with {z}, {x} and {y} and no other braces"
        )
    if tiles and "MAP_ATTRIBUTION" not in values:
        faults.append("MAP_ATTRIBUTION: missing beside MAP_TILES")
    if "MAP_OUTLINES" in values and not _is_geojson(Path(values["MAP_OUTLINES"])):
        faults.append("MAP_OUTLINES: is not a file with a GeoJSON FeatureCollection")
    try:
        _centre(values.get("MAP_CENTRE", "0,0,1"))
    except ValueError:
        faults.append("MAP_CENTRE: must be latitude, longitude and zoom (1 to 19) as in 37.4565,126.8955,14")
    return faults


def _is_geojson(path: Path) -> bool:
    try:
        held = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(held, dict) and held.get("type") == "FeatureCollection"


def _wrong_oidc(values: Mapping[str, str]) -> list[str]:
    given = [name for name in OIDC if values.get(name)]
    faults = [f"{name}: missing beside {given[0]}" for name in OIDC if given and name not in given]
    issuer = values.get("OIDC_ISSUER")
    if issuer and not issuer.startswith("https://"):
        faults.append("OIDC_ISSUER: must begin with https://")
    return faults


def _is_signing_key(written: str) -> bool:
    try:
        SigningKey.from_hex(written)
    except BadKey:
        return False
    return True


def _is_readable(url: str) -> bool:
    try:
        make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        return False
    return True


def _demo_defaults(var: Path) -> dict[str, str]:
    """The demo's own secrets: made once on this machine, never shipped."""
    var.mkdir(parents=True, exist_ok=True)
    return {
        "SECRET_KEY": _kept_secret(var / "demo-secret-key"),
        "IDENTITY_KEY": _kept_secret(var / "demo-identity-key"),
        "SIGNING_KEY": _kept_secret(var / "demo-signing-key"),
        "DATABASE_URL": f"sqlite:///{var / 'hanpyo.sqlite3'}",
    }


def _kept_secret(path: Path) -> str:
    """The secret in `path`; made whole before it is seen there, so that two starts agree on one."""
    if not path.exists():
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(0o600)
        fresh.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):  # another start was first: theirs is the one
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text()
