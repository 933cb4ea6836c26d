"""What those who run a programme are told: that something waits for them."""

from collections.abc import Mapping

from app.notices import kinds
from app.notices.kinds import Kind

STAFF_KINDS: Mapping[str, Kind] = {
    kinds.CHECK_RETURNED: Kind(
        kinds.STAFF,
        "부서가 검토를 돌려보냄",
        "A department gave a check back",
        "제안 ‘{제목}’(접수번호 {접수번호})의 검토를 부서가 돌려보냈습니다. 소관부서를 다시 정해 주세요.",
        "A department gave back the check of the proposal “{제목}” (number {접수번호}). Please name another"
        " department.",
        is_needed=True,
    ),
    kinds.OPINION_READY: Kind(
        kinds.STAFF,
        "공개할 부서 의견이 있음",
        "An opinion waits to be published",
        "제안 ‘{제목}’(접수번호 {접수번호})에 부서가 의견을 썼습니다. 읽고 공개해 주세요.",
        "The department has written its opinion on the proposal “{제목}” (number {접수번호}). Please read and"
        " publish it.",
    ),
    kinds.OBJECTION_FILED: Kind(
        kinds.STAFF,
        "이의신청이 들어옴",
        "An objection was filed",
        "제안 ‘{제목}’(접수번호 {접수번호})에 이의신청이 들어왔습니다. 그 결정에 관여하지 않은 사람이 정해 주세요.",
        "An objection was filed on the proposal “{제목}” (number {접수번호}). Somebody who had no part in that"
        " decision is to decide it.",
        is_needed=True,
    ),
    kinds.CHALLENGE_FILED: Kind(
        kinds.STAFF,
        "기피신청이 들어옴",
        "A reviewer was challenged",
        "제안 ‘{제목}’(접수번호 {접수번호})의 심사위원 기피신청이 들어왔습니다. 위원들의 표결을 보고 정해 주세요.",
        "A reviewer of the proposal “{제목}” (number {접수번호}) was challenged. Please close it once the members have"
        " voted.",
        is_needed=True,
    ),
    kinds.IMPOSSIBLE_ASKED: Kind(
        kinds.STAFF,
        "하지 못하는 현장심사의 확인",
        "A visit that cannot be made",
        "제안 ‘{제목}’(접수번호 {접수번호})의 현장심사를 하지 못하는 까닭을 기록했습니다."
        " 다른 한 사람이 확인해 주세요.",
        "It was recorded why the site of the proposal “{제목}” (number {접수번호}) cannot be visited. A second"
        " person is to confirm it.",
        is_needed=True,
    ),
    kinds.CHECKS_OVERDUE: Kind(
        kinds.STAFF,
        "부서 검토 기한이 지남",
        "A check is overdue",
        "제안 ‘{제목}’(접수번호 {접수번호})의 부서 검토 기한({검토기한})이 지났습니다.",
        "The department check of the proposal “{제목}” (number {접수번호}) was due {검토기한}.",
        (kinds.DUE_DAY,),
    ),
    kinds.COMMENT_REPORTED: Kind(
        kinds.STAFF,
        "신고된 의견",
        "A comment was reported",
        "제안 ‘{제목}’(접수번호 {접수번호})의 의견이 신고되었습니다. 읽고 가릴지 정해 주세요.",
        "A comment on the proposal “{제목}” (number {접수번호}) was reported. Please read it and decide whether it"
        " stands.",
    ),
}
