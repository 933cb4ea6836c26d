"""Text messages: whoever carries them for us, or the demo's own outbox page. One file each; this one chooses."""

from collections.abc import Callable

from flask import Flask, current_app

from app.adapters.sms.base import AccountProblem, Later, Refused, Sender, SendError
from app.adapters.sms.gateway import GatewaySender
from app.adapters.sms.nhn import NhnSender
from app.adapters.sms.outbox import OutboxSender
from app.adapters.sms.sens import SensSender
from app.adapters.sms.solapi import SolapiSender
from app.config import SMS_PROVIDERS, Config, ConfigError

__all__ = [
    "AccountProblem",
    "GatewaySender",
    "Later",
    "NhnSender",
    "OutboxSender",
    "Refused",
    "SendError",
    "Sender",
    "SensSender",
    "SolapiSender",
    "register",
    "sender",
    "sender_for",
]


def _gateway(config: Config) -> Sender:
    if not config.sms_gateway_url:
        raise ConfigError(["SMS_GATEWAY_URL: missing"])
    return GatewaySender(config.sms_gateway_url, config.sms_gateway_token)


def _solapi(config: Config) -> Sender:
    keys = config.sms_keys
    return SolapiSender(
        keys["SOLAPI_API_KEY"], keys["SOLAPI_API_SECRET"], keys["SMS_FROM"], **_at(keys.get("SOLAPI_URL"))
    )


def _sens(config: Config) -> Sender:
    keys = config.sms_keys
    return SensSender(
        keys["SENS_ACCESS_KEY"],
        keys["SENS_SECRET_KEY"],
        keys["SENS_SERVICE_ID"],
        keys["SMS_FROM"],
        **_at(keys.get("SENS_URL")),
    )


def _nhn(config: Config) -> Sender:
    keys = config.sms_keys
    return NhnSender(keys["NHN_APP_KEY"], keys["NHN_SECRET_KEY"], keys["SMS_FROM"], **_at(keys.get("NHN_URL")))


def _at(url: str | None) -> dict[str, str]:
    return {"url": url.rstrip("/")} if url else {}


MAKERS: dict[str, Callable[[Config], Sender]] = {
    "gateway": _gateway,
    "solapi": _solapi,
    "sens": _sens,
    "nhn": _nhn,
}
assert MAKERS.keys() == SMS_PROVIDERS.keys()


def sender_for(config: Config) -> Sender:
    """The one place that chooses. Raises ConfigError where there would be none."""
    return OutboxSender() if config.is_demo else MAKERS[config.sms_provider](config)


def register(app: Flask) -> None:
    app.extensions["sms"] = sender_for(app.extensions["hanpyo"])


def sender() -> Sender:
    """This application's own."""
    found: Sender = current_app.extensions["sms"]
    return found
