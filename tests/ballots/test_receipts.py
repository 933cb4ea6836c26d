"""The receipt: what it holds, that it is the same whenever it is asked for, and that anybody can check it."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from app.ballots import batches, queries, rules, services
from app.ballots.models import BoxBallot, IntakeBallot
from app.ballots.receipts import receipt_for
from app.clock import Clock, now
from app.database import db
from tests import factories
from tests.ballots.elections import TOKENS, picks, published


def test_its_number_and_leaf_are_those_of_the_sealed_ballot_and_its_signature_is_that_of_the_manifests_key(
    app: Flask, clock: Clock
) -> None:
    round_ = published(clock)
    put = services.cast_as_resident(round_.id, factories.resident(), picks(round_), token=TOKENS[0])
    receipt, kept = receipt_for(round_.id, put.leaf), db.session.query(IntakeBallot).one()
    manifest = queries.get_manifest(round_.id)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(manifest.key("ed25519"))))
    text = f"hanpyo receipt v1\n{round_.id}\n{manifest.sha256}\n{put.leaf}"
    key.verify(bytes.fromhex(receipt.signature), text.encode())
    assert receipt.number == put.receipt == kept.receipt and rules.is_receipt(receipt.number)
    assert str(receipt).split("\n") == ["hanpyo receipt v1", receipt.number, receipt.leaf, receipt.signature, ""]
    assert "".join(receipt.groups) == receipt.number


def test_the_same_request_after_the_batch_gets_the_same_receipt(app: Flask, clock: Clock) -> None:
    round_, voter = published(clock), factories.resident()
    put = services.cast_as_resident(round_.id, voter, picks(round_), token=TOKENS[0])
    for token in TOKENS[1:31]:
        services.cast_as_resident(round_.id, factories.resident(), picks(round_), token=token)
    while db.session.query(IntakeBallot).filter_by(receipt=put.receipt).count():  # left behind by lot
        services.cast_as_resident(round_.id, factories.resident(), picks(round_), token=TOKENS[31])
        clock.offset += timedelta(minutes=10)
        assert batches.run_due(now()) > 0
    assert db.session.query(BoxBallot).filter_by(receipt=put.receipt).one().leaf == put.leaf
    assert services.cast_as_resident(round_.id, voter, picks(round_), token=TOKENS[0]) == put
