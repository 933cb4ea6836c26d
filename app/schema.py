"""All tables, and the triggers that keep what must not change. Importing this fills `db.metadata`."""

from app.audit import models as audit
from app.ballots import models as ballots
from app.codes import models as codes
from app.committee import models as committee
from app.database import db
from app.fates import models as fates
from app.fees import models as fees
from app.figures import models as figures
from app.files import models as files
from app.notices import letter_models as letters
from app.notices import models as notices
from app.papers import models as papers
from app.people import models as people
from app.programmes import models as programmes
from app.proposals import conflict_models as conflicts
from app.proposals import mask_models as masks
from app.proposals import models as proposals
from app.proposals import similar_models as similar
from app.recruitment import models as recruitment
from app.results import handing_models as handing
from app.results import models as results
from app.reviews import check_models as checks
from app.reviews import heard_models as heard
from app.reviews import models as reviews
from app.reviews import objection_models as objections
from app.reviews import recusal_models as recusals
from app.roll import models as roll
from app.rounds import models as rounds
from app.stations import models as stations
from app.voices import models as voices

ROOMS = (
    programmes, rounds, people, roll, codes, stations, files, proposals, masks, similar, conflicts, voices, reviews,
    checks, recusals, objections, heard, fates, committee, recruitment, fees, ballots, papers, results, handing,
    figures, notices, letters, audit,
)  # fmt: skip
metadata = db.metadata
