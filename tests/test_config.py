"""The configuration: complete, or all that is missing said at once, and no start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.adapters.sms import SensSender, sender_for
from app.config import REQUIRED_IN_PRODUCTION, ROOT, Centre, CodeLimits, ConfigError, Maps, from_env

COMPLETE = {
    "HANPYO_MODE": "production",
    "SECRET_KEY": "s" * 32,
    "IDENTITY_KEY": "i" * 32,
    "SIGNING_KEY": "5e" * 32,
    "DATABASE_URL": "postgresql://localhost/hanpyo",
    "SMS_GATEWAY_URL": "https://sms.example/send",
}


def start(**environ: str) -> subprocess.CompletedProcess[str]:
    """What somebody sees who starts the server with this environment."""
    clean = {name: value for name, value in os.environ.items() if name not in COMPLETE}
    return subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT, env={**clean, "PYTHONIOENCODING": "utf-8", **environ}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def faults(environ: dict[str, str], tmp_path: Path) -> list[str]:
    with pytest.raises(ConfigError) as error:
        from_env(environ, tmp_path)
    return error.value.faults


def test_production_without_anything_names_all_that_is_missing_and_does_not_start() -> None:
    done = start(HANPYO_MODE="production")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    for name in REQUIRED_IN_PRODUCTION:
        assert f"{name}: missing" in done.stderr
    assert "설정을 고쳐 주세요" in done.stderr


def test_production_does_not_start_with_the_demo_sender() -> None:
    done = start(**{**COMPLETE, "SMS_GATEWAY_URL": "outbox"})
    assert done.returncode == 1 and "SMS_GATEWAY_URL: the demo outbox cannot serve a real round" in done.stderr


def test_a_wrong_database_is_named_before_anything_starts() -> None:
    done = start(**{**COMPLETE, "DATABASE_URL": "mysql://localhost/x"})
    assert done.returncode == 1 and "DATABASE_URL: must begin with one of sqlite:///" in done.stderr


@pytest.mark.parametrize("place", ["localhost:port/x", "[::1/x", "a:1:2/x"])
def test_a_database_that_cannot_be_read_is_named_without_its_password(place: str, tmp_path: Path) -> None:
    found = faults({**COMPLETE, "DATABASE_URL": f"postgresql://user:hush-hush@{place}"}, tmp_path)
    assert found == ["DATABASE_URL: cannot be read as postgresql://user:password@host:port/name"]


def test_a_complete_production_starts() -> None:
    done = start(**COMPLETE)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", REQUIRED_IN_PRODUCTION)
def test_each_required_name_is_missed(name: str, tmp_path: Path) -> None:
    for environ in ({key: value for key, value in COMPLETE.items() if key != name}, {**COMPLETE, name: ""}):
        assert faults(environ, tmp_path) == [f"{name}: missing"]


@pytest.mark.parametrize("nothing", ["", " "])
def test_an_empty_variable_is_one_not_given(nothing: str, tmp_path: Path) -> None:
    empty = dict.fromkeys((*COMPLETE, "LIMIT_PER_ADDRESS"), nothing)
    assert from_env(empty, tmp_path) == from_env({}, tmp_path)
    assert from_env({**COMPLETE, "SMS_GATEWAY_TOKEN": nothing}, tmp_path).sms_gateway_token is None
    assert faults({**COMPLETE, "SECRET_KEY": nothing}, tmp_path) == ["SECRET_KEY: missing"]


def test_wrong_and_missing_are_said_together(tmp_path: Path) -> None:
    environ = {
        "HANPYO_MODE": "production", "SECRET_KEY": "short", "SIGNING_KEY": "5E" * 32, "DATABASE_URL": "/tmp/x",
        "SMS_GATEWAY_URL": "sms.example",
    }  # fmt: skip
    found = [fault.split(":")[0] for fault in faults(environ, tmp_path)]
    assert found == ["IDENTITY_KEY", "SECRET_KEY", "SIGNING_KEY", "DATABASE_URL", "SMS_GATEWAY_URL"]


@pytest.mark.parametrize("written", ["5e" * 31, "5e" * 33, "5E" * 32, "5e" * 31 + " 5e", "ㅎ" * 64, "hunter" * 11])
def test_a_signing_key_is_64_hexadecimal_digits_and_the_fault_does_not_repeat_it(written: str, tmp_path: Path) -> None:
    said = faults({**COMPLETE, "SIGNING_KEY": written}, tmp_path)
    assert said == ["SIGNING_KEY: must be 64 hexadecimal digits in lower case"]


def test_an_unknown_mode_is_refused(tmp_path: Path) -> None:
    assert "HANPYO_MODE: 'prod' is not one of demo, production, testing" in faults({"HANPYO_MODE": "prod"}, tmp_path)


def test_no_fault_repeats_a_secret(tmp_path: Path) -> None:
    said = faults({**COMPLETE, "SECRET_KEY": "hunter2", "DATABASE_URL": "x://user:hunter3@host/db"}, tmp_path)
    assert not any("hunter" in fault for fault in said)


def test_the_demo_needs_nothing_and_keeps_its_own_secrets(tmp_path: Path) -> None:
    first, second = from_env({}, tmp_path), from_env({}, tmp_path)
    assert first == second and first.is_demo and len(first.secret_key) >= 32
    assert first.secret_key != first.identity_key != from_env({}, tmp_path / "another").identity_key
    assert first.database_url == f"sqlite:///{tmp_path / 'hanpyo.sqlite3'}"
    kept = sorted(path.name for path in tmp_path.iterdir() if path.is_file())
    assert kept == ["demo-identity-key", "demo-secret-key", "demo-signing-key"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir() if path.is_file())


COMPANIES = {
    "solapi": {"SOLAPI_API_KEY": "k", "SOLAPI_API_SECRET": "s", "SMS_FROM": "0226270000"},
    "sens": {"SENS_ACCESS_KEY": "k", "SENS_SECRET_KEY": "s", "SENS_SERVICE_ID": "ncp:sms", "SMS_FROM": "0226270000"},
    "nhn": {"NHN_APP_KEY": "k", "NHN_SECRET_KEY": "s", "SMS_FROM": "0226270000"},
}
WITHOUT_GATEWAY = {name: value for name, value in COMPLETE.items() if name != "SMS_GATEWAY_URL"}


@pytest.mark.parametrize("company", COMPANIES)
def test_each_company_needs_its_own_keys_and_no_gateway(company: str, tmp_path: Path) -> None:
    chosen = {**WITHOUT_GATEWAY, "SMS_PROVIDER": company}
    assert faults(chosen, tmp_path) == [f"{name}: missing" for name in COMPANIES[company]]
    config = from_env({**chosen, **COMPANIES[company]}, tmp_path)
    assert type(sender_for(config)).__name__.lower() == f"{company}sender"


def test_the_zone_for_public_bodies_is_another_address(tmp_path: Path) -> None:
    zone = {"SENS_URL": "https://sens.apigw.gov-ntruss.com/"}
    sender = sender_for(from_env({**WITHOUT_GATEWAY, "SMS_PROVIDER": "sens", **COMPANIES["sens"], **zone}, tmp_path))
    assert isinstance(sender, SensSender) and sender.url == "https://sens.apigw.gov-ntruss.com"


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("SMS_PROVIDER", "pigeon", "SMS_PROVIDER: must be one of gateway, solapi, sens, nhn"),
        ("SMS_FROM", "02-2627-0000", "SMS_FROM: must be the digits of the number that messages come from"),
        ("NHN_URL", "sms.example", "NHN_URL: must begin with https://"),
        ("CODES_PER_DAY", "0", "CODES_PER_DAY: must be a whole number, 1 or more"),
        ("WRONG_CODES_PER_HOUR", "many", "WRONG_CODES_PER_HOUR: must be a whole number, 1 or more"),
        ("HELP_PHONE", "0" * 61, "HELP_PHONE: longer than 60 characters"),
    ],
)
def test_what_is_wrong_about_messages_is_named(name: str, written: str, said: str, tmp_path: Path) -> None:
    assert said in faults({**COMPLETE, name: written}, tmp_path)


def test_limits_and_help_are_taken_as_given(tmp_path: Path) -> None:
    given = {"CODES_PER_DAY": "7", "WRONG_CODES_PER_HOUR": "8", "HELP_PHONE": " 02-2627-0000 "}
    config = from_env({**COMPLETE, **given}, tmp_path)
    assert config.code_limits == CodeLimits(per_day=7, wrong_per_hour=8)
    assert config.help_phone == "02-2627-0000"


@pytest.mark.parametrize("typed", ["hanpyo.example", "http://hanpyo.example", "https://hanpyo.example/", "https://"])
def test_a_site_that_passkeys_cannot_be_bound_to_is_named_at_start(typed: str) -> None:
    with pytest.raises(ConfigError, match="SITE_ORIGIN: must be https:// and a host name"):
        from_env({"HANPYO_MODE": "testing", "SITE_ORIGIN": typed})


def test_a_map_asks_nobody_until_it_is_told_whom(tmp_path: Path) -> None:
    assert from_env(COMPLETE, tmp_path).maps == Maps() and not Maps().has_ground and Maps().host == ""
    outlines = tmp_path / "dong.geojson"
    outlines.write_text('{"type": "FeatureCollection", "features": []}')
    told = from_env(
        {
            **COMPLETE,
            "MAP_TILES": "https://tiles.example:8443/key/{z}/{y}/{x}.png?style=1",
            "MAP_ATTRIBUTION": "© Tiles",
            "MAP_OUTLINES": str(outlines),
            "MAP_CENTRE": "35.1, 129.0, 12",
        },
        tmp_path,
    ).maps
    assert (told.host, told.outlines) == ("https://tiles.example:8443", outlines.read_bytes())
    assert told.centre == Centre(35.1, 129.0, 12)


def test_the_demo_has_a_sketch_of_the_dong_under_its_maps_unless_it_is_given_something(tmp_path: Path) -> None:
    sketched = from_env({}, tmp_path).maps
    assert sketched.host == "" and "약도" in sketched.attribution
    drawn = [one["properties"]["name"] for one in json.loads(sketched.outlines)["features"]]
    assert len(drawn) == 10 and "가산동" in drawn
    given = from_env({"MAP_TILES": "https://tiles.example/{z}/{x}/{y}.png", "MAP_ATTRIBUTION": "©"}, tmp_path).maps
    assert given.outlines == b"" and given.has_ground


@pytest.mark.parametrize(
    "tiles",
    ["http://tiles.example/{z}/{x}/{y}.png", "https://tiles.example/{z}/{x}.png", "https://{s}.tiles.example/{z}/{x}/{y}",
     "https://tiles.example;script-src/{z}/{x}/{y}", "https://tiles.example/{z}/{x}/{y}{r}.png", "/{z}/{x}/{y}.png"],
)  # fmt: skip
def test_a_source_of_tiles_that_is_not_one_host_stops_the_start(tiles: str, tmp_path: Path) -> None:
    found = faults({**COMPLETE, "MAP_TILES": tiles, "MAP_ATTRIBUTION": "©"}, tmp_path)
    assert len(found) == 1 and found[0].startswith("MAP_TILES: must be https:// and a host name")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"MAP_TILES": "https://tiles.example/{z}/{x}/{y}.png"}, "MAP_ATTRIBUTION: missing beside MAP_TILES"),
        ({"MAP_OUTLINES": "nowhere.geojson"}, "MAP_OUTLINES: is not a file with a GeoJSON FeatureCollection"),
        *(({"MAP_CENTRE": centre}, "MAP_CENTRE: must be") for centre in ("37,126", "91,0,14", "nan,0,14", "37,126,20")),
    ],
)
def test_a_wrong_map_is_named(values: dict[str, str], named: str, tmp_path: Path) -> None:
    found = faults({**COMPLETE, **values}, tmp_path)
    assert len(found) == 1 and found[0].startswith(named)


def test_the_folder_of_files_is_below_the_others_unless_it_is_named_in_full(tmp_path: Path) -> None:
    assert from_env({}, tmp_path).files_folder == tmp_path / "files"
    assert from_env({"FILES_FOLDER": "/srv/files"}, tmp_path).files_folder == Path("/srv/files")
    with pytest.raises(ConfigError, match="FILES_FOLDER: must be an absolute path"):
        from_env({"FILES_FOLDER": "files"}, tmp_path)


MAIL = {"SMTP_HOST": "mail.gu.example", "MAIL_FROM": "금천구 <budget@gu.example>", "SITE_ORIGIN": "https://gu.example"}


def test_mail_is_not_needed_and_needs_whom_it_is_from_and_where_its_links_lead(tmp_path: Path) -> None:
    assert from_env(COMPLETE, tmp_path).smtp.host == ""
    found = from_env({**COMPLETE, **MAIL, "SMTP_TLS": "tls"}, tmp_path).smtp
    assert (found.host, found.port, found.tls, found.address) == ("mail.gu.example", 465, "tls", "budget@gu.example")
    wrong = {**COMPLETE, "SMTP_HOST": "mail.gu.example"}
    assert faults(wrong, tmp_path) == ["MAIL_FROM: missing beside SMTP_HOST", "SITE_ORIGIN: missing beside SMTP_HOST"]


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"SMTP_TLS": "ssl"}, "SMTP_TLS: must be one of starttls, tls, none"),
        ({"SMTP_TLS": "none"}, "SMTP_TLS: none is for a server on this machine (localhost, 127.0.0.1, ::1)"),
        ({"SMTP_PORT": "70000"}, "SMTP_PORT: must be a port"),
        ({"SMTP_USER": "hanpyo"}, "SMTP_USER, SMTP_PASSWORD: one without the other"),
        (
            {"MAIL_FROM": "budget"},
            "MAIL_FROM: must be an address, as in budget@gu.example or 금천구 <budget@gu.example>",
        ),
        (
            {"MAIL_FROM": "a\n<b@c.kr>"},
            "MAIL_FROM: must be an address, as in budget@gu.example or 금천구 <budget@gu.example>",
        ),
        (
            {"MAIL_FROM": "금천구, 예산 <b@c.kr>"},
            "MAIL_FROM: must be an address, as in budget@gu.example or 금천구 <budget@gu.example>",
        ),
        ({"NOTICE_DIGEST_HOUR": "24"}, "NOTICE_DIGEST_HOUR: must be a whole number, 0 to 23"),
        ({"NOTICE_SMS_PER_DAY": "-1"}, "NOTICE_SMS_PER_DAY: must be a whole number, 0 to 1000000"),
        ({"NOTICE_KEPT_DAYS": "0"}, "NOTICE_KEPT_DAYS: must be a whole number, 1 to 3650"),
    ],
)
def test_a_wrong_setting_of_mail_and_notices_is_named(wrong: dict[str, str], fault: str, tmp_path: Path) -> None:
    assert faults({**COMPLETE, **MAIL, **wrong}, tmp_path) == [fault]


def test_what_is_wrong_about_the_mail_server_repeats_no_password(tmp_path: Path) -> None:
    settings = {**COMPLETE, **MAIL, "SMTP_USER": "hanpyo", "SMTP_PASSWORD": "hush-hush"}
    assert "hush-hush" not in repr(from_env(settings, tmp_path).smtp)
    assert faults({**settings, "SMTP_PORT": "x"}, tmp_path) == ["SMTP_PORT: must be a port"]
