"""What is told of a proposal to those who proposed it, were asked to, or wrote below it."""

from collections.abc import Mapping

from app.notices import kinds
from app.notices.kinds import Kind

PROPOSAL_KINDS: Mapping[str, Kind] = {
    kinds.SUBMITTED: Kind(
        kinds.PROPOSERS,
        "제안을 접수함",
        "Proposal received",
        "‘{제목}’ 제안을 접수했습니다. 접수번호는 {접수번호}입니다.",
        "We have received your proposal “{제목}”. Its number is {접수번호}.",
    ),
    kinds.WITHDRAWN: Kind(
        kinds.PROPOSERS,
        "제안을 철회함",
        "Proposal withdrawn",
        "제안 ‘{제목}’(접수번호 {접수번호})을 철회했습니다.",
        "Your proposal “{제목}” (number {접수번호}) has been withdrawn.",
    ),
    kinds.RETURNED: Kind(
        kinds.PROPOSERS,
        "저절로 접수하지 못함",
        "Could not be submitted by itself",
        "‘{제목}’ 제안은 {회차}에 저절로 접수하지 못했습니다. 그 회차에 맞지 않는 것이 있습니다."
        " 분야나 사업비를 고친 뒤 접수해 주세요.",
        "Your proposal “{제목}” could not be submitted to {회차} by itself, for something in it does not fit there."
        " Please mend its field or its cost, and submit it.",
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ 저절로 접수하지 못했습니다. 분야나 사업비를 고쳐 주세요.",
        sms_en="[Hanpyo] {제목} could not be submitted by itself: mend its field or cost.",
    ),
    kinds.CO_PROPOSER_ASKED: Kind(
        kinds.ASKED,
        "함께 제안해 달라는 부탁",
        "Asked to propose together",
        "‘{제목}’ 제안을 함께 내 달라는 부탁을 받으셨습니다. ‘내 제안’에서 답해 주세요.",
        "You have been asked to propose “{제목}” together. Please answer among your proposals.",
        is_urgent=True,
    ),
    kinds.CHECK_RELEASED: Kind(
        kinds.PROPOSERS,
        "소관부서 검토 결과",
        "Department check",
        "제안 ‘{제목}’의 소관부서 검토 결과는 ‘{검토결과}’입니다. 까닭은 제안 페이지에 있습니다.{이의신청안내}",
        "The department check of your proposal “{제목}” has ended: {검토결과}. The page of the proposal says why."
        "{이의신청안내}",
        (kinds.VERDICT, kinds.MAY_OBJECT),
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 부서 검토: {검토결과}.{이의신청안내}",
        sms_en="[Hanpyo] {제목}: check: {검토결과}.{이의신청안내}",
    ),
    kinds.VISIT_PLANNED: Kind(
        kinds.PROPOSERS,
        "현장심사 방문일",
        "Day of the site visit",
        "제안 ‘{제목}’의 현장심사를 합니다. 출발하는 때: {방문일}. 현장에서 만나는 곳: {만나는곳}. 방문 순서는"
        " 제안 페이지에 있습니다.",
        "The site of your proposal “{제목}” will be visited. The visitors set out: {방문일}. Where you are met:"
        " {만나는곳}. The page of the proposal says which stop it is.",
        (kinds.VISIT_DAY, kinds.VISIT_PLACE),
        is_urgent=True,
    ),
    kinds.VISIT_RECORDED: Kind(
        kinds.PROPOSERS,
        "현장심사 결과와 답변",
        "Findings of the visit, and your answer",
        "제안 ‘{제목}’의 현장심사 결과가 나왔습니다. {답변기한}까지 답변하실 수 있습니다.",
        "The findings of the visit for your proposal “{제목}” are there. You can answer until {답변기한}.",
        (kinds.ANSWER_UNTIL,),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ 현장심사 결과: {답변기한}까지 답변 가능",
        sms_en="[Hanpyo] {제목}: answer the visit by {답변기한}",
    ),
    kinds.ANSWER_DUE: Kind(
        kinds.PROPOSERS,
        "현장심사 답변 기한이 가까움",
        "Your answer to the visit is soon due",
        "제안 ‘{제목}’의 현장심사 결과에 아직 답변하지 않으셨습니다. {답변기한}까지 답변하실 수 있습니다.",
        "You have not answered the findings of the visit for your proposal “{제목}” yet. You can do so until"
        " {답변기한}.",
        (kinds.ANSWER_UNTIL,),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ 답변 기한이 곧 끝납니다: {답변기한}",
        sms_en="[Hanpyo] {제목}: your answer is due {답변기한}",
        is_reminder=True,
    ),
    kinds.VISIT_CLOSED: Kind(
        kinds.PROPOSERS,
        "현장심사 마침",
        "On-site review over",
        "제안 ‘{제목}’의 현장심사 단계가 끝났습니다. 이제 서면심사를 합니다.",  # it may have been impossible
        "The on-site review stage of your proposal “{제목}” is over. The written review comes next.",
    ),
    kinds.SHORTLISTED: Kind(
        kinds.PROPOSERS,
        "투표 대상으로 선정",
        "Shortlisted for the vote",
        "‘{제목}’ 제안이 {회차}의 투표 대상으로 뽑혔습니다.",
        "Your proposal “{제목}” has been shortlisted for the vote of {회차}.",
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 제안이 투표 대상으로 뽑혔습니다.",
        sms_en="[Hanpyo] {제목} has been shortlisted for the vote.",
    ),
    kinds.LEFT_OUT: Kind(
        kinds.PROPOSERS,
        "투표 대상에서 제외",
        "Not shortlisted",
        "‘{제목}’ 제안은 {회차}의 투표 대상에 들지 못했습니다. 까닭은 제안 페이지에 있습니다.{이의신청안내}",
        "Your proposal “{제목}” was not shortlisted for the vote of {회차}. The page of the proposal says why."
        "{이의신청안내}",
        (kinds.MAY_OBJECT,),
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 투표 대상에서 제외.{이의신청안내}",
        sms_en="[Hanpyo] {제목}: not shortlisted.{이의신청안내}",
    ),
    kinds.OBJECTION_DECIDED: Kind(
        kinds.PROPOSERS,
        "이의신청 결과",
        "Objection decided",
        "제안 ‘{제목}’의 이의신청 결과는 ‘{이의결과}’입니다. 까닭은 제안 페이지에 있습니다.",
        "The objection to a decision on your proposal “{제목}” has been decided: {이의결과}. The page of the proposal"
        " says why.",
        (kinds.OBJECTION,),
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 이의신청 결과: {이의결과}. 까닭은 제안 페이지에 있습니다.",
        sms_en="[Hanpyo] {제목}: objection decided: {이의결과}. Its page says why.",
    ),
    kinds.CHALLENGE_CLOSED: Kind(
        kinds.PROPOSERS,
        "기피신청 결과",
        "Challenge closed",
        "제안 ‘{제목}’의 심사위원 기피신청 결과는 ‘{기피결과}’입니다. 까닭은 신청하신 분의 기피신청 페이지에 있습니다.",
        "The challenge of a reviewer of your proposal “{제목}” has been closed: {기피결과}. Who made it reads why on"
        " the page of the challenge.",
        (kinds.CHALLENGE,),
    ),
    kinds.CONFLICT_SETTLED: Kind(
        kinds.PROPOSERS,
        "비슷한 제안과 정리함",
        "Settled beside a similar proposal",
        "‘{제목}’ 제안과 장소나 목적이 비슷한 제안이 있어 살펴보았습니다. 결과: {정리결과}.",
        "We have looked at your proposal “{제목}” beside another of the same place or purpose. What came of it:"
        " {정리결과}.",
        (kinds.SETTLEMENT,),
    ),
    kinds.FATE_ASKED: Kind(
        kinds.PROPOSERS,
        "제안을 두고 동의를 구함",
        "Your consent is asked for",
        "‘{제목}’ 제안을 두고 ‘{동의할일}’에 동의하시는지 묻습니다. 제안 페이지에서 읽고 답해 주세요."
        " 제안하신 분이 모두 동의해야 이루어집니다.",
        "You are asked whether you agree to this for your proposal “{제목}”: {동의할일}. Please read it on the page of"
        " the proposal and answer. It happens only if all who proposed agree.",
        (kinds.FATE,),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ {동의할일}에 동의하시는지 답해 주세요.",
        sms_en="[Hanpyo] {제목}: please answer ({동의할일}).",
    ),
    kinds.FATE_ENDED: Kind(
        kinds.PROPOSERS,
        "동의를 구한 일의 결과",
        "What came of the question",
        "‘{제목}’ 제안을 두고 여쭌 ‘{동의할일}’의 결과: {동의결과}. 자세한 것은 제안 페이지에 있습니다.",
        "What came of the question about your proposal “{제목}” ({동의할일}): {동의결과}. The page of the proposal says"
        " more.",
        (kinds.FATE, kinds.FATE_ENDING),
        is_urgent=True,
    ),
    kinds.FATE_DUE: Kind(
        kinds.PROPOSERS,
        "동의를 구한 답의 기한이 가까움",
        "Your answer is soon due",
        "‘{제목}’ 제안을 두고 ‘{동의할일}’에 동의하시는지 아직 답하지 않으셨습니다. {답변기한}까지 모두 답하지 않으시면"
        " 없던 일이 됩니다.",
        "You have not answered yet whether you agree to this for your proposal “{제목}”: {동의할일}. It lapses unless"
        " all have answered by {답변기한}.",
        (kinds.FATE, kinds.ANSWER_UNTIL),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ {동의할일} 답변 기한: {답변기한}",
        sms_en="[Hanpyo] {제목}: please answer by {답변기한}",
        is_reminder=True,
    ),
    kinds.HANDED_OVER: Kind(
        kinds.PROPOSERS,
        "부서에 넘김",
        "Handed over to a department",
        "선정되지 않은 ‘{제목}’ 제안을 부서에 넘겼습니다. 다음 예산에 반영할지 살펴보고 답합니다.",
        "Your proposal “{제목}”, which was not funded, has been handed over to a department. It looks into taking it up"
        " in a later budget, and answers.",
    ),
    kinds.HANDING_ANSWERED: Kind(
        kinds.PROPOSERS,
        "넘겨받은 부서의 답",
        "The department's answer",
        "넘긴 제안 ‘{제목}’에 부서가 답했습니다: {부서답변}. 까닭과 금액은 제안 페이지에 있습니다.",
        "The department has answered about your proposal “{제목}”: {부서답변}. The page of the proposal says why or how"
        " much.",
        (kinds.HANDING,),
        is_urgent=True,
    ),
    kinds.BALLOT_PUBLISHED: Kind(
        kinds.PROPOSERS,
        "투표지에 올라감",
        "On the ballot",
        "‘{제목}’ 제안이 {회차}의 투표지에 {투표번호}번으로 올랐습니다. 투표 기간: {투표기간}."
        " 투표하는 곳과 방법은 회차 페이지에 있습니다.",
        "Your proposal “{제목}” is on the ballot of {회차} as number {투표번호}. People vote: {투표기간}."
        " The page of the round says where and how.",
        (kinds.ITEM, kinds.VOTING),
        is_urgent=True,
    ),
    kinds.RESULT_PUBLISHED: Kind(
        kinds.PROPOSERS,
        "투표 결과",
        "Result of the vote",
        "제안 ‘{제목}’의 {회차} 투표 결과: {선정결과}. 득표와 까닭은 결과 페이지에 있습니다.",
        "The result of the vote of {회차} for your proposal “{제목}”: {선정결과}. The page of the result"
        " tells the votes and why.",
        (kinds.OUTCOME,),
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 투표 결과: {선정결과}. 까닭은 결과 페이지에 있습니다.",
        sms_en="[Hanpyo] {제목}: result of the vote: {선정결과}.",
    ),
    kinds.CO_PROPOSER_MOVED: Kind(
        kinds.PROPOSERS,
        "함께 제안할 분의 답",
        "Answer of a co-proposer",
        "‘{제목}’ 제안을 함께 낼 분의 답이 바뀌었습니다: {함께제안}.",
        "Somebody whom you asked to propose “{제목}” together has answered or moved: {함께제안}.",
        (kinds.JOINING,),
    ),
    kinds.COMMENTED: Kind(
        kinds.PROPOSERS,
        "제안에 올라온 의견",
        "Comments on your proposal",
        "‘{제목}’ 제안에 주민 의견이 올라왔습니다. 제안 페이지에서 읽어 보세요.",
        "Residents have commented on your proposal “{제목}”. Its page shows what they wrote.",
    ),
    kinds.COMMENT_HIDDEN: Kind(
        kinds.WRITERS,
        "의견을 가림",
        "Comment hidden",
        "‘{제목}’ 제안에 쓰신 의견을 가렸습니다: {가린까닭}. 자세한 까닭은 의견이 있던 자리에 있습니다. {의견금지}",
        "Your comment on the proposal “{제목}” was hidden: {가린까닭}. Its place says why. {의견금지}",
        (kinds.HIDDEN_FOR, kinds.BARRED),
    ),
    kinds.ROLLED_ON: Kind(
        kinds.PROPOSERS,
        "다음 공모로 옮김",
        "Moved on to the next call",
        "‘{제목}’ 제안을 올려 두신 공모가 나왔습니다: {회차}. 접수 기간이 시작되면 저절로 접수됩니다.",
        "The call that your proposal “{제목}” waited for is out: {회차}. It is submitted by itself once proposals are"
        " taken.",
    ),
    kinds.HANDING_PASSED: Kind(
        kinds.PROPOSERS,
        "다른 부서로 옮김",
        "Passed on to another department",
        "넘긴 제안 ‘{제목}’의 부서를 옮겼습니다. 어느 부서인지는 제안 페이지에 있습니다.",
        "Your proposal “{제목}” was passed on to another department. The page of the proposal says to which.",
    ),
    kinds.VISIT_REOPENED: Kind(
        kinds.PROPOSERS,
        "현장심사 결과를 다시 열음",
        "Findings of the visit opened again",
        "제안 ‘{제목}’의 현장심사 결과를 고치려고 다시 열었습니다. 앞서 하신 답변은 남아 있고, {답변기한}까지 다시"
        " 답변하실 수 있습니다.",
        "The findings of the visit for your proposal “{제목}” have been opened again to be changed. The answer given so"
        " far is kept, and you can answer anew until {답변기한}.",
        (kinds.ANSWER_UNTIL,),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ 현장심사 다시 엶: {답변기한}까지 답변 가능",
        sms_en="[Hanpyo] {제목}: visit reopened, answer by {답변기한}",
    ),
    kinds.VISIT_CALLED_OFF: Kind(
        kinds.PROPOSERS,
        "현장심사 방문이 취소됨",
        "Site visit called off",
        "제안 ‘{제목}’의 현장심사를 하려던 방문이 취소되었습니다. 하려던 때: {방문일}. 다시 정해지면 알려 드립니다.",
        "The visit to the site of your proposal “{제목}” has been called off. It was to be: {방문일}. You will be told"
        " when another is planned.",
        (kinds.VISIT_DAY,),
        is_urgent=True,
        is_needed=True,
    ),
    kinds.OBJECTION_DUE: Kind(
        kinds.PROPOSERS,
        "이의신청 기한이 가까움",
        "The time to object is soon over",
        "‘{제목}’ 제안에 대한 결정에 이의가 있으면 {이의신청기한}까지 한 번 신청할 수 있습니다.",
        "If you object to the decision on your proposal “{제목}”, you can do so once, until {이의신청기한}.",
        (kinds.OBJECT_UNTIL,),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ 이의신청: {이의신청기한}까지",
        sms_en="[Hanpyo] {제목}: object until {이의신청기한}",
        is_reminder=True,
    ),
}
# To whom no account of ours may belong: these words hold no title, for whoever asks could write anything there.
ASKED_SMS_KO = "[한표] 주민참여예산 제안을 함께 내자는 부탁이 왔습니다. 로그인해 답해 주세요."
ASKED_SMS_EN = "[Hanpyo] You are asked to propose together. Sign in to answer."
