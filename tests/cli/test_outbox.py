"""flask outbox run: what it says."""

from flask import Flask


def test_it_says_in_both_languages_what_became_of_the_messages(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["outbox", "run"])

    assert done.exit_code == 0
    assert done.output == (
        "보냄 0, 보내지 못함 0, 지운 인증 기록 0 / sent 0, not sent 0, records of codes forgotten 0\n"
    )
