"""What those are told who check, visit and review proposals, and who run a round."""

from collections.abc import Mapping

from app.notices import kinds
from app.notices.kinds import Kind

REVIEW_KINDS: Mapping[str, Kind] = {
    kinds.CHECK_DUE_SOON: Kind(
        kinds.OFFICERS,
        "부서 검토 기한이 가까움",
        "A check is soon due",
        "제안 ‘{제목}’(접수번호 {접수번호})의 검토 의견을 {검토기한}까지 내 주세요.",
        "Please give your opinion on the proposal “{제목}” (number {접수번호}) by {검토기한}.",
        (kinds.DUE_DAY,),
        is_urgent=True,
        is_needed=True,
        is_reminder=True,
    ),
    kinds.CHECK_DUE_TODAY: Kind(
        kinds.OFFICERS,
        "부서 검토 기한이 오늘",
        "A check is due today",
        "제안 ‘{제목}’(접수번호 {접수번호})의 검토 기한이 오늘({검토기한})입니다.",
        "Your opinion on the proposal “{제목}” (number {접수번호}) is due today ({검토기한}).",
        (kinds.DUE_DAY,),
        is_urgent=True,
        is_needed=True,
        is_reminder=True,
    ),
    kinds.SHEETS_DUE_SOON: Kind(
        kinds.REVIEWERS,
        "내지 않은 채점표",
        "Sheets that are missing",
        "{회차}의 서면심사가 {심사기한}에 끝납니다. 아직 내지 않으신 채점표가 {남은채점표}개 있습니다.",
        "The written review of {회차} ends on {심사기한}. Sheets left to hand in: {남은채점표}.",
        (kinds.REVIEW_UNTIL, kinds.MISSING),
        of=kinds.OF_ROUND,
        is_urgent=True,
        is_needed=True,
        is_reminder=True,
    ),
    kinds.CHECK_ASSIGNED: Kind(
        kinds.OFFICERS,
        "부서 검토를 맡음",
        "A check was given to you",
        "제안 ‘{제목}’(접수번호 {접수번호})의 검토를 맡으셨습니다. {검토기한}까지 의견을 내 주세요.",
        "The check of the proposal “{제목}” (number {접수번호}) was given to you. Please give your opinion by"
        " {검토기한}.",
        (kinds.DUE_DAY,),
        is_needed=True,
    ),
    kinds.CHECK_LATE: Kind(
        kinds.OFFICERS,
        "부서 검토 기한이 지남",
        "A check is overdue",
        "제안 ‘{제목}’(접수번호 {접수번호})의 검토 기한({검토기한})이 지났습니다. 의견을 내 주세요.",
        "Your opinion on the proposal “{제목}” (number {접수번호}) was due {검토기한}. Please give it now.",
        (kinds.DUE_DAY,),
        is_urgent=True,
        is_needed=True,
    ),
    kinds.HANDING_RECEIVED: Kind(
        kinds.OFFICERS,
        "선정되지 않은 제안을 넘겨받음",
        "A proposal was handed over to you",
        "선정되지 않은 제안을 넘겨받으셨습니다: ‘{제목}’(접수번호 {접수번호}). 다음 예산에 반영할지 살펴보고"
        " 답해 주세요.",
        "A proposal that was not funded was handed over to your department: “{제목}” (number {접수번호}). Please look"
        " into taking it up in a later budget, and answer.",
        is_needed=True,
    ),
    kinds.OUTING_PLANNED: Kind(
        kinds.REVIEWERS,
        "함께 가는 현장심사",
        "A site visit with you",
        "{회차}의 현장심사에 함께 가시게 되었습니다. 모이는 때: {모이는때}. 모이는 곳: {모이는곳}. 방문 순서는 일정"
        " 페이지에 있습니다.",
        "You go on the site visits of {회차}. Time: {모이는때}. Place: {모이는곳}. The page of the outing has"
        " the route.",
        (kinds.OUTING_TIME, kinds.OUTING_PLACE),
        of=kinds.OF_ROUND,
        is_urgent=True,
        is_needed=True,
    ),
    kinds.OUTING_MOVED: Kind(
        kinds.REVIEWERS,
        "현장심사의 때나 모이는 곳이 바뀜",
        "Site visits have moved",
        "함께 가시는 {회차} 현장심사의 때나 모이는 곳이 바뀌었습니다. 이제 모이는 때: {모이는때}."
        " 모이는 곳: {모이는곳}.",
        "The site visits of {회차} on which you go have moved. Time now: {모이는때}. Place: {모이는곳}.",
        (kinds.OUTING_TIME, kinds.OUTING_PLACE),
        of=kinds.OF_ROUND,
        is_urgent=True,
        is_needed=True,
    ),
    kinds.OUTING_CANCELLED: Kind(
        kinds.REVIEWERS,
        "현장심사에 가지 않으셔도 됨",
        "You do not go on site visits",
        "{회차}의 현장심사에 가지 않으셔도 됩니다. 모이려던 때: {모이는때}. 일정이 취소되었거나 함께 가는 분이"
        " 바뀌었습니다. 까닭은 일정 페이지에 있습니다.",
        "You need not go on the site visits of {회차} that were to begin: {모이는때}. They have been cancelled, or"
        " others go. The page of your outings says more.",
        (kinds.OUTING_TIME,),
        of=kinds.OF_ROUND,
        is_urgent=True,
        is_needed=True,
    ),
    kinds.SHEETS_WAITING: Kind(
        kinds.REVIEWERS,
        "서면심사 시작",
        "The written review has begun",
        "{회차}의 서면심사가 시작되었습니다. {심사기한}까지 내 주세요. 남은 채점표는 {남은채점표}개입니다.",
        "The written review of {회차} has begun. Please hand in your sheets until {심사기한}. Left: {남은채점표}.",
        (kinds.REVIEW_UNTIL, kinds.MISSING),
        of=kinds.OF_ROUND,
        is_urgent=True,
        is_needed=True,
        is_reminder=True,
    ),
    kinds.CHALLENGE_TO_VOTE: Kind(
        kinds.REVIEWERS,
        "기피신청 표결",
        "Vote on a challenge",
        "{회차} 접수번호 {접수번호} 제안의 제안자가 위원 한 사람을 심사에서 빼 달라고 신청했습니다."
        " {표결기한}까지 표결해 주세요.",
        "The proposer of number {접수번호} in {회차} asks that a member be barred from its review. Please vote on it"
        " until {표결기한}.",
        (kinds.VOTE_UNTIL,),
        of=kinds.OF_REVIEWED,
        is_urgent=True,
        is_needed=True,
    ),
    kinds.CHALLENGE_NAMED: Kind(
        kinds.REVIEWERS,
        "나에 대한 기피신청",
        "You have been challenged",
        "{회차} 접수번호 {접수번호} 제안의 제안자가 나를 심사에서 빼 달라고 신청했습니다. 까닭을 읽고 하실 말씀이"
        " 있으면 담당 공무원에게 알려 주세요. 다른 위원들이 {표결기한}까지 표결합니다.",
        "The proposer of number {접수번호} in {회차} asks that you be barred from its review. Please read why, and tell"
        " the office what you have to say. The other members vote until {표결기한}.",
        (kinds.VOTE_UNTIL,),
        of=kinds.OF_REVIEWED,
        is_urgent=True,
        is_needed=True,
    ),
    kinds.CHALLENGE_DECIDED: Kind(
        kinds.REVIEWERS,
        "나에 대한 기피신청의 결과",
        "The challenge of you has been closed",
        "{회차} 접수번호 {접수번호} 제안에서 나에 대한 기피신청의 결과: {기피결과}. 까닭은 기피신청 페이지에 있습니다.",
        "The challenge of you for number {접수번호} in {회차} has been closed: {기피결과}. Its page says why.",
        (kinds.CHALLENGE,),
        of=kinds.OF_REVIEWED,
        is_urgent=True,
        is_needed=True,
    ),
    kinds.RECUSED: Kind(
        kinds.REVIEWERS,
        "한 제안의 심사에서 빠짐",
        "Barred from the review of a proposal",
        "{회차} 접수번호 {접수번호} 제안의 심사에서 빠지게 되었습니다. 까닭은 심사할 제안의 목록에 있습니다."
        " 사실과 다르면 담당 공무원에게 알려 주세요.",
        "You have been barred from the review of number {접수번호} in {회차}. The list of what you review says why. If"
        " it is not right, tell the office.",
        of=kinds.OF_REVIEWED,
        is_urgent=True,
        is_needed=True,
    ),
}
