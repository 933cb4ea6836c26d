"""What everybody does in the walked round, and what must come out of it, reckoned by hand.

One pot of 1억 5,000만원. Residents and committee pick one or two projects for safety and exactly one for culture, and
weigh one half each. Normalisation is the share of all picks of the chamber: each has 3 ballots with 3 picks, 9 picks.

    project        cost        residents   committee   score = (residents + committee) / 9 / 2
    보안등           4,000만     2           2           4/18 = 2/9
    울타리       1억 2,000만     3           2           5/18
    쉼터             3,000만     1           2           3/18 = 1/6
    음악회           2,500만     2           1           3/18 = 1/6
    도서관           2,800만     1           2           3/18 = 1/6

The order of the three with 1/6: more votes of residents (음악회), then the cheaper one (도서관 before 쉼터).
Under the cap: 울타리 takes 1억 2,000만 and leaves 3,000만; 보안등 (4,000만) does not fit and is skipped; 음악회 takes
2,500만 and leaves 500만; 도서관 and 쉼터 would each have fitted in the 3,000만, so they lost the tie to 음악회.
Funded 1억 4,500만, left 500만; reserve list 보안등, 도서관, 쉼터.

One more resident for 보안등 makes it level with 울타리 (3 + 2 of 10 and 9 picks each), and the cheaper one goes first:
so one vote was wanting. One more lifts 쉼터 or 도서관 over 음악회, and one fewer drops 음악회 below both.
"""

from typing import NamedTuple

SAFETY, CULTURE = "안전", "문화"
NOT_ELIGIBLE, LEFT_OUT = "경로당 난방비 지원", "구청 앞 분수 조명"


class Idea(NamedTuple):
    """A proposal as it is typed, in order of receipt: the first has number 1. `cost` is what is read from `typed`."""

    title: str
    section: str
    typed: str
    cost: str
    proposer: str


LIGHTS = Idea("골목 보안등 바꾸기", SAFETY, "4,000만", "4,000만원", "홍길동")
FENCE = Idea("통학로 안전 울타리", SAFETY, "1억 2,000만원", "1억 2,000만원", "홍길동")
SHADE = Idea("안양천 그늘 쉼터", SAFETY, "30000000", "3,000만원", "이몽룡")
CONCERT = Idea("독산 골목 음악회", CULTURE, "2500만", "2,500만원", "이몽룡")
LIBRARY = Idea("작은 도서관 밤에도 열기", CULTURE, "2,800만원", "2,800만원", "성춘향")
HEATING = Idea(NOT_ELIGIBLE, SAFETY, "1천만", "1,000만원", "성춘향")
FOUNTAIN = Idea(LEFT_OUT, CULTURE, "5,000만", "5,000만원", "성춘향")

IDEAS = (LIGHTS, FENCE, SHADE, CONCERT, LIBRARY, HEATING, FOUNTAIN)
VISITED = tuple(idea for idea in IDEAS if idea.title != NOT_ELIGIBLE)
ON_THE_BALLOT = (LIGHTS, FENCE, SHADE, CONCERT, LIBRARY)

PHONES = {"홍길동": "010-1111-0001", "이몽룡": "010-1111-0002", "성춘향": "010-1111-0003"}
MEMBERS = ("박위원", "최위원", "정위원", "강위원", "조위원")  # of five, three are a majority: 박, 최 and 정 come

# Points of 필요성 (50) and 실현가능성 (10) by 박위원; 최위원 reads the first and the last. The threshold is 40.
POINTS = {idea.title: (45, 8) for idea in ON_THE_BALLOT} | {LEFT_OUT: (30, 5)}
SECOND_POINTS = {LIGHTS.title: (40, 9), LEFT_OUT: (20, 4)}
MEANS = {LIGHTS.title: "51", LEFT_OUT: "29.5"}  # (53 + 49) / 2 and (35 + 24) / 2

RESIDENTS_PICK = {
    "홍길동": (LIGHTS, FENCE, CONCERT),
    "이몽룡": (LIGHTS, FENCE, CONCERT),
    "성춘향": (FENCE, SHADE, LIBRARY),
}
MEMBERS_PICK = {
    "박위원": (LIGHTS, FENCE, CONCERT),
    "최위원": (FENCE, SHADE, LIBRARY),
    "정위원": (LIGHTS, SHADE, LIBRARY),
}


class Outcome(NamedTuple):
    """A line of the result as the page must show it: each chamber's votes and their share of its 9 picks; `running` of
    a funded one, `reserve` of one that is not."""

    idea: Idea
    place: int
    residents: str
    committee: str
    score: str
    exact: str
    why: str
    running: str = ""
    reserve: int | None = None


LOST = "점수가 똑같은"
OUTCOMES = (
    Outcome(FENCE, 1, "3 0.3333", "2 0.2222", "0.2778", "5/18", "남은 금액 안에 들었습니다", running="1억 2,000만원"),
    Outcome(LIGHTS, 2, "2 0.2222", "2 0.2222", "0.2222", "2/9", "사업비가 남은 금액보다 컸습니다", reserve=1),
    Outcome(CONCERT, 3, "2 0.2222", "1 0.1111", "0.1667", "1/6", "남은 금액 안에 들었습니다", running="1억 4,500만원"),
    Outcome(LIBRARY, 4, "1 0.1111", "2 0.2222", "0.1667", "1/6", LOST, reserve=2),
    Outcome(SHADE, 5, "1 0.1111", "2 0.2222", "0.1667", "1/6", LOST, reserve=3),
)
