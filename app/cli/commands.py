"""Flask's own command line, with ours added: thin over the rooms' services."""

import click
from flask import Flask

from app.cli.accounts import accounts
from app.cli.demo import demo
from app.cli.district import district
from app.cli.outbox import outbox
from app.cli.pb import pb

COMMANDS: tuple[click.Command, ...] = (accounts, demo, district, outbox, pb)


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
