"""The companies that carry our messages, over a real socket: signed as they want it, and each of their answers taken
for what it means."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from app.adapters.sms import AccountProblem, Later, NhnSender, Refused, Sender, SensSender, SolapiSender
from tests.vendors import NUMBER, Nhn, Sens, Solapi, Told, Vendor, running

PHONE, DOMESTIC = "+821012345678", "01012345678"
Make = Callable[..., Sender]


def now() -> datetime:
    return datetime.now(UTC)


def solapi(vendor: Vendor, secret: str = Solapi.secret, number: str = NUMBER, **more: object) -> Sender:
    return SolapiSender(Solapi.api_key, secret, number, vendor.url, now=now, **more)  # type: ignore[arg-type]


def sens(vendor: Vendor, secret: str = Sens.secret, number: str = NUMBER, **more: object) -> Sender:
    return SensSender(Sens.access_key, secret, Sens.service, number, vendor.url, now=now, **more)  # type: ignore[arg-type]


def nhn(vendor: Vendor, secret: str = Nhn.secret, number: str = NUMBER, **more: object) -> Sender:
    return NhnSender(Nhn.app_key, secret, number, vendor.url, **more)  # type: ignore[arg-type]


ALL = {"solapi": (Solapi, solapi), "sens": (Sens, sens), "nhn": (Nhn, nhn)}


@pytest.fixture(params=ALL)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def vendor(name: str) -> Iterator[Vendor]:
    with running(ALL[name][0]()) as vendor:
        yield vendor


@pytest.fixture
def make(name: str, vendor: Vendor) -> Make:
    return partial(ALL[name][1], vendor)


def test_a_message_is_signed_in_their_way_and_taken(vendor: Vendor, make: Make) -> None:
    make().send(PHONE, "인증번호 123456", "ours-1")
    make().send(PHONE, "인증번호 654321", "ours-2")
    assert vendor.taken == [(DOMESTIC, "인증번호 123456"), (DOMESTIC, "인증번호 654321")]


def test_they_can_be_asked_without_sending(vendor: Vendor, make: Make) -> None:
    make().ping()
    with pytest.raises(AccountProblem):
        make(secret="wrong").ping()
    assert (vendor.taken, [asked.method for asked in vendor.asked]) == ([], ["GET", "GET"])


def test_another_secret_is_a_problem_of_the_account(vendor: Vendor, make: Make) -> None:
    with pytest.raises(AccountProblem):
        make(secret="wrong").send(PHONE, "x", "ours-1")
    assert vendor.taken == []


def test_a_number_that_is_none_is_refused_for_good(vendor: Vendor, make: Make) -> None:
    with pytest.raises(Refused):
        make().send("+82212345678", "x", "ours-1")
    assert vendor.taken == []


def test_a_sender_number_that_they_do_not_know_is_a_problem_of_the_account(
    name: str, vendor: Vendor, make: Make
) -> None:
    """SENS says no more than 400 there, which says the same of a bad recipient."""
    with pytest.raises(Refused if name == "sens" else AccountProblem):
        make(number="0212345678").send(PHONE, "x", "ours-1")
    assert vendor.taken == []


@pytest.mark.parametrize(
    ("told", "pause"),
    [
        (Told(429, "", {"Retry-After": "7"}), 7),
        (Told(429, "{}", {"Retry-After": "99999"}), 600),
        (Told(429, "{}", {"Retry-After": "Sat, 28 Nov 2026 01:00:00 GMT"}), None),
        (Told(503, "<html>", {"Retry-After": "30"}), 30),
        (Told(500), None),
        (Told(502, "<html>"), None),
        (Told(200, "<html>We are moving</html>"), None),
        (Told(200, [1]), None),
        (Told(200, "{"), None),
        (Told(202, "{}"), None),
        (Told(200, {"header": None, "failedMessageList": {}, "groupInfo": 3}), None),
        (Told(200, {"header": {"resultCode": 0, "isSuccessful": True}, "body": {}, "failedMessageList": []}), None),
    ],
)
def test_what_is_busy_ill_or_garbled_goes_later_and_a_pause_is_kept(
    vendor: Vendor, make: Make, told: Told, pause: int | None
) -> None:
    vendor.instead = [told]
    with pytest.raises(Later) as error:
        make().send(PHONE, "x", "ours-1")
    assert error.value.pause == (timedelta(seconds=pause) if pause else None)
    make().send(PHONE, "x", "ours-1")
    assert vendor.taken == [(DOMESTIC, "x")]


def test_one_that_is_not_there_is_asked_later(make: Make, name: str) -> None:
    gone = ALL[name][0]()
    gone.url = "http://127.0.0.1:9"
    with pytest.raises(Later):
        ALL[name][1](gone).send(PHONE, "x", "ours-1")


def test_one_that_sends_and_does_not_say_so_sends_once_where_it_knows_our_key(
    vendor: Vendor, make: Make, name: str
) -> None:
    """Solapi and SENS know none: there the same code comes twice."""
    vendor.mute = True
    with pytest.raises(Later):
        make(timeout=0.1).send(PHONE, "x", "ours-1")
    assert vendor.worked.wait(10)
    vendor.mute = False
    vendor.heard.set()
    make().send(PHONE, "x", "ours-1")
    assert len(vendor.taken) == (1 if name == "nhn" else 2)
    if name == "solapi":
        assert [asked.body["messages"][0]["customFields"] for asked in vendor.asked] == [{"key": "ours-1"}] * 2


@pytest.mark.parametrize(
    ("told", "meaning"),
    [
        (Told(400, {"errorCode": "NotEnoughBalance", "errorMessage": "?"}), AccountProblem),
        (Told(400, {"errorCode": "ValidationError", "errorMessage": "?"}), Refused),
        (Told(400, {"errorCode": "TooManyRequests", "errorMessage": "?"}), Later),
    ],
)
def test_what_solapi_calls_its_errors(told: Told, meaning: type[Exception]) -> None:
    with running(Solapi()) as vendor:
        vendor.instead = [told]
        with pytest.raises(meaning):
            solapi(vendor).send(PHONE, "x", "ours-1")


@pytest.mark.parametrize(("code", "meaning"), [(-1004, AccountProblem), (-9999, Later), (-2023, Refused)])
def test_what_nhn_calls_its_errors(code: int, meaning: type[Exception]) -> None:
    with running(Nhn()) as vendor:
        vendor.instead = [Told(200, {"header": {"isSuccessful": False, "resultCode": code, "resultMessage": "?"}})]
        with pytest.raises(meaning):
            nhn(vendor).send(PHONE, "x", "ours-1")


def test_no_error_repeats_a_number_or_words() -> None:
    for name, (kind, make) in ALL.items():
        with running(kind()) as vendor:
            vendor.instead = [Told(500, f"{PHONE} 비밀"), Told(400, {"errorCode": "X"}), Told(403, DOMESTIC)]
            for _ in range(3):
                with pytest.raises(Exception) as error:
                    make(vendor).send(PHONE, "비밀", "ours-1")
                assert not any(told in str(error.value) for told in (PHONE, DOMESTIC, "비밀")), name
