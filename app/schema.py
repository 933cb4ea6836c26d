"""All tables, and the triggers that keep what must not change. Importing this fills `db.metadata`."""

from app.audit import models as audit
from app.ballots import models as ballots
from app.codes import models as codes
from app.committee import models as committee
from app.database import db
from app.figures import models as figures
from app.files import models as files
from app.notices import letter_models as letters
from app.notices import models as notices
from app.papers import models as papers
from app.people import models as people
from app.programmes import models as programmes
from app.proposals import models as proposals
from app.proposals import similar_models as similar
from app.results import models as results
from app.reviews import models as reviews
from app.roll import models as roll
from app.rounds import models as rounds
from app.stations import models as stations
from app.voices import models as voices

ROOMS = (
    programmes, rounds, people, roll, codes, stations, files, proposals, similar, voices, reviews, committee, ballots,
    papers, results, figures, notices, letters, audit,
)  # fmt: skip
metadata = db.metadata
