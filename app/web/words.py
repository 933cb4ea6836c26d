"""The words for what rooms call by a key: one table, so that no page says it in its own way."""

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from flask_babel.speaklater import LazyString

from app.web.filters import language

WORDS: dict[str, dict[str, LazyString]] = {
    "round": {
        "draft": _l("준비 중"),
        "called": _l("공고됨"),
        "ballot_published": _l("투표 대상 확정"),
        "closed": _l("투표 마감"),
        "counted": _l("개표 완료, 공개 전"),
        "results_published": _l("결과 공개"),
    },
    "phase": {
        "intake": _l("제안 접수"),
        "department_check": _l("소관부서 검토"),
        "site_visit": _l("현장심사"),
        "written_review": _l("서면심사"),
        "voting": _l("주민 투표"),
        "committee_vote": _l("총회 위원 투표"),
    },
    "chamber": {"residents": _l("주민"), "committee": _l("위원회")},
    "proposal": {
        "draft": _l("작성 중"),
        "submitted": _l("접수됨"),
        "withdrawn": _l("철회됨"),
        "eligible": _l("적격"),
        "ineligible": _l("부적격"),
        "visited": _l("현장심사 마침"),
        "shortlisted": _l("투표 대상"),
        "left_out": _l("투표 대상에서 제외"),
        "merged": _l("다른 제안과 합쳐짐"),
        "split": _l("나뉘어 이어짐"),
    },
    "offer_kind": {"merge": _l("합치기"), "split": _l("나누기"), "carry": _l("다음 공모로 넘기기")},
    "offer": {
        "open": _l("답을 기다림"),
        "done": _l("이루어짐"),
        "refused": _l("동의하지 않음"),
        "withdrawn": _l("거둠"),
        "lapsed": _l("바뀌어 그만둠"),
    },
    "staleness": {
        "moved": _l("그 사이에 제안 하나가 철회되었거나 심사의 다음 단계로 갔습니다."),
        "edited": _l("그 사이에 제안 하나의 내용이 바뀌었습니다."),
        "people": _l("그 사이에 함께 제안하는 분이 달라졌습니다."),
        "frozen": _l("투표 대상이 공표되었습니다."),
        "late": _l("새로 쓴 글을 소관부서가 검토할 기간이 끝났습니다."),
    },
    "handing": {
        "examining": _l("살펴보고 있음"),
        "taken_up": _l("예산에 반영함"),
        "not_taken_up": _l("반영하지 않음"),
    },
    "comment_ground": {
        "insult": _l("욕설이나 비방"),
        "personal_data": _l("개인정보"),
        "advertising": _l("광고"),
        "off_topic": _l("제안과 관계없는 글"),
        "repeated": _l("같은 글을 되풀이함"),
        "unlawful": _l("법에 어긋나는 내용"),
    },
    "check": {"assigned": _l("배정됨"), "decided": _l("의견 작성됨"), "released": _l("공개됨")},
    "conflict_kind": {"same_place": _l("같은 장소"), "same_purpose": _l("비슷한 목적")},
    "conflict": {
        "open": _l("정리할 것"),
        "both_stay": _l("둘 다 심사함"),
        "merged": _l("하나로 합침"),
        "one_leaves": _l("한 제안이 빠짐"),
    },
    "verdict": {"eligible": _l("적격"), "ineligible": _l("부적격")},
    "ground": {
        "against_law": _l("법령이나 조례에 어긋남"),
        "not_our_business": _l("구의 사무가 아님"),
        "duplicate": _l("이미 하고 있거나 중복되는 사업"),
        "more_than_a_year": _l("한 해 안에 끝나지 않음"),
        "benefit_of_one": _l("특정 개인이나 단체의 이익"),
        "complaint_without_budget": _l("예산이 필요 없는 단순 민원"),
        "personnel_costs": _l("인건비 또는 경상 운영비"),
        "running_costs_of_facility": _l("기존 시설의 운영비"),
        "matching_funds": _l("국비·시비와 함께 부담하는 사업"),
        "presupposes_outsourcing": _l("특정 단체의 위탁을 전제로 함"),
        "sale_of_product": _l("특정 제품의 판매를 위한 사업"),
        "prior_procedure_missing": _l("사전 절차가 이행되지 않음"),
    },
    "opinion": {
        "soundness": _l("타당성"),
        "urgency": _l("시급성"),
        "effect": _l("효과"),
        "reach": _l("수혜 범위"),
    },
    "visit": {
        "planned": _l("방문 예정"),
        "recorded": _l("방문 결과 작성됨"),
        "answered": _l("제안자 답변 받음"),
        "signed_off": _l("현장심사 확정"),
    },
    "project_kind": {
        "facility": _l("시설·공사"),
        "programme": _l("행사·교육"),
        "other": _l("그 밖의 사업"),
    },
    "claim": {
        "need": _l("왜 필요한가"),
        "content": _l("무엇을 하는가"),
        "effect": _l("무엇이 좋아지는가"),
        "beneficiaries": _l("누가 도움을 받는가"),
        "cost": _l("사업비"),
        "place": _l("장소"),
    },
    "finding": {
        "confirmed": _l("확인됨"),
        "partly": _l("일부만 확인됨"),
        "not_confirmed": _l("확인되지 않음"),
        "cannot_tell": _l("알 수 없음"),
    },
    "answer": {"yes": _l("예"), "no": _l("아니요"), "unclear": _l("확인 필요")},
    "sheet": {"unseen": _l("아직 보지 않음"), "begun": _l("작성 중"), "submitted": _l("제출함")},
    "challenge": {
        "open": _l("표결하는 중"),
        "accepted": _l("받아들임: 심사에서 뺌"),
        "rejected": _l("받아들이지 않음"),
        "moot": _l("표결할 것 없음: 이미 심사에서 빠짐"),
    },
    "challenge_vote": {"for": _l("찬성: 심사에서 뺀다"), "against": _l("반대: 그대로 둔다"), "abstain": _l("기권")},
    "objection": {"open": _l("결정을 기다림"), "upheld": _l("받아들임"), "rejected": _l("받아들이지 않음")},
    "objection_against": {
        "check": _l("소관부서 검토에서 부적격이 된 것"),
        "shortlist": _l("서면심사에서 투표 대상에 들지 못한 것"),
    },
    "doubt": {
        "name": _l("위원과 제안자의 이름이 같음"),
        "body": _l("위원이 신고한 단체나 회사가 제안에 나옴"),
    },
    "sheet_stands": {
        "counted": _l("셈"),
        "highest": _l("가장 높아서 뺌"),
        "lowest": _l("가장 낮아서 뺌"),
        "recused": _l("제척·기피·회피로 세지 않음"),
    },
    "recusal": {"excluded": _l("제척"), "challenged": _l("기피"), "stepped_back": _l("회피")},
    "shortlist": {
        "chosen": _l("투표 대상으로 선정"),
        "below_threshold": _l("기준 점수에 미치지 못함"),
        "beyond_places": _l("분야별 자리 수를 넘음"),
        "no_sheets": _l("제출된 심사표가 없음"),
    },
    "route": {"open_call": _l("공개 모집"), "recommended": _l("주민자치회 추천")},
    "office": {
        "chair": _l("위원장"),
        "vice_chair": _l("부위원장"),
        "secretary": _l("간사"),
        "member": _l("위원"),
    },
    "sex": {"f": _l("여성"), "m": _l("남성")},
    "dismissal_ground": {
        "own_wish": _l("본인이 원함"),
        "moved_away": _l("관할 구역 밖으로 이사하거나 직장·학교를 옮김"),
        "absent": _l("이유 없이 회의에 계속 나오지 않음"),
        "unable": _l("질병 등으로 직무를 수행하기 어려움"),
        "disgrace": _l("위원의 품위를 손상함"),
        "secrecy": _l("직무에서 알게 된 비밀을 누설함"),
        "interest": _l("직무를 이용하여 이익을 얻거나 회피 의무를 어김"),
    },
    "recruitment": {
        "draft": _l("준비 중"),
        "called": _l("공고됨"),
        "fixed": _l("추첨 명단 확정"),
        "drawn": _l("선정 마침"),
    },
    "application": {
        "submitted": _l("접수됨"),
        "withdrawn": _l("철회됨"),
        "eligible": _l("자격 확인"),
        "ineligible": _l("자격 없음"),
        "selected": _l("선정"),
        "reserve": _l("예비"),
        "appointed": _l("위촉됨"),
        "declined": _l("사양함"),
    },
    "draw_reason": {
        "": _l("순서대로 선정"),
        "full": _l("자리가 모두 참"),
        "sex_limit": _l("한 성별의 한도에 이름"),
        "kept_vulnerable": _l("남은 자리는 사회적 배려 대상의 몫"),
        "kept_youth": _l("남은 자리는 청년의 몫"),
        "kept_both": _l("남은 자리는 사회적 배려 대상과 청년의 몫"),
    },
    "draw_group": {"vulnerable": _l("사회적 배려 대상"), "youth": _l("청년")},
    "meeting": {"planned": _l("예정"), "open": _l("진행 중"), "ended": _l("마침"), "not_held": _l("열리지 못함(유회)")},
    "meeting_kind": {"general": _lp("in a sentence", "총회"), "committee": _lp("in a sentence", "회의")},
    "agenda_kind": {"ballot": _l("사업 투표"), "decision": _l("의결"), "report": _l("보고")},
    "agenda_state": {"to_come": _l("남음"), "under_discussion": _l("지금 논의 중"), "closed": _l("마침")},
    "agenda_act": {"add": _l("넣음"), "remove": _l("뺌"), "order": _l("순서를 바꿈")},
    "joining_ground": {"own_wish": _l("본인 희망"), "decision": _l("위원회 의결")},
    "leaving_ground": {
        "own_wish": _l("본인 희망"),
        "to_another": _l("다른 분과위원회로 옮김"),
        "absent": _l("잦은 불참"),
        "decision": _l("위원회 의결"),
    },
    "outcome": {"adopted": _l("가결"), "rejected": _l("부결")},
    "tablet_use": {"booth": _l("투표용 태블릿"), "door": _l("출입문 화면")},
    "role": {
        "committee": _l("위원"),
        "department": _l("소관부서 담당"),
        "staff": _l("담당 공무원"),
        "approver": _l("확인자"),
        "desk": _l("현장투표소 담당"),
        "admin": _l("시스템 관리자"),
    },
    "preflight": {
        "voters": _l("누가 투표하는지"),
        "channel": _l("문자 보내는 곳"),
        "keys": _l("열쇠 나누기"),
        "disk": _l("디스크의 빈 곳"),
        "durable": _l("디스크에 쓰기"),
        "clock": _l("시계"),
        "drill": _l("백업 되살리기 연습"),
    },
    "manifest_part": {
        "version": _l("규칙 파일의 형식"),
        "round": _l("회차 번호"),
        "programme": _l("사업의 주소"),
        "fiscal_year": _l("회계연도"),
        "title": _l("회차의 제목"),
        "currency": _l("통화"),
        "opens_at": _l("투표 시작"),
        "closes_at": _l("투표 끝"),
        "pots": _l("재원과 한도"),
        "sections": _l("분야"),
        "items": _l("투표 대상 사업"),
        "chambers": _l("고르는 수와 반영 비율"),
        "cap_policy": _l("한도를 넘을 때의 규칙"),
        "tie_order": _l("동점 순서"),
        "quotas": _l("동·분야·제안자별 제한"),
        "keys": _l("열쇠"),
        "unsound": _l("규칙(지금 설정으로는 공표할 수 없음)"),
    },
    "notice_channel": {"sms": _l("문자"), "mail": _l("메일")},
    "delivery": {
        "waiting": _l("보낼 차례를 기다림"),
        "digest": _l("하루 모아 보내기를 기다림"),
        "queued": _l("보내는 중"),
        "sent": _l("보냄"),
        "failed": _l("보내지 못함"),
        "unwanted": _l("보내지 않음"),
    },
    "message_fault": {
        "away": _l("보내는 곳이 답하지 않음"),
        "account": _l("보내는 곳이 우리 설정을 받지 않음"),
        "refused": _l("이 번호나 주소로는 갈 수 없음"),
        "late": _l("여러 번 보냈지만 끝내 가지 않음"),
    },
    "message": {"queued": _l("보내는 중"), "sent": _l("보냄"), "failed": _l("보내지 못함")},
    "actor": {
        "account": _lp("one", "계정"),  # one of them; elsewhere the words also stand for many
        "resident": _lp("one", "주민"),
        "voter": _l("투표자"),
        "system": _l("시스템"),
    },
    "area": {"city": _l("시"), "gu": _l("구"), "dong": _l("동")},
    "initiative": {"residents": _l("주민 제안"), "mixed": _l("자체 조사와 주민 제안")},
    "funding": {"gu": _l("구비"), "city": _l("시비")},
    "normalisation": {
        "share": _l("득표 비율(전체 득표 가운데 몫)"),
        "turnout": _l("득표율(유효 투표자 가운데 몫)"),
        "top": _l("최고 득표 대비"),
        "rank": _l("순위 점수"),
        "raw": _l("득표수 그대로"),
    },
    "scope": {"ballot": _l("투표지 전체에서"), "section": _l("분야 안에서")},
    "cap_policy": {
        "skip": _l("남은 예산에 맞지 않으면 건너뛰고 다음 사업을 봄"),
        "stop": _l("남은 예산에 맞지 않으면 거기서 멈춤"),
        "part": _l("남은 예산으로 일부만 지원하고 멈춤"),
        "near": _l("정한 비율 이상 남았으면 전액 지원하고 멈춤"),
    },
    "opening": {
        "observer": _l("참관인 앞에서 열고 열쇠는 공개하지 않음"),
        "open": _l("결과와 함께 열쇠를 공개해 누구나 열어 볼 수 있게 함"),
    },
    "tie": {
        "residents": _l("주민 득표가 많은 사업"),
        "committee": _l("위원 득표가 많은 사업"),
        "cheaper": _l("사업비가 적은 사업"),
        "dearer": _l("사업비가 많은 사업"),
        "ballot-number": _l("투표 번호가 앞선 사업"),
        "lot": _l("공개 추첨"),
    },
    "channel": {
        "mobile": _l("휴대전화"),
        "meeting": _l("총회"),
        "tablet": _l("총회 태블릿"),
        "kiosk": _l("현장투표소 단말기"),
        "assisted": _l("도움받은 투표"),
        "paper": _l("종이 투표지"),
        "made_up": _l("지어낸 표"),
        "imported": _l("가져온 파일"),
    },
    "voters": {
        "open": _l("휴대전화가 있으면 누구나"),
        "register": _l("이름, 생년월일, 사는 곳이나 다니는 곳을 밝힌 사람"),
        "list": _l("미리 올린 명부에 있는 사람"),
    },
    "help": {
        "alone": _l("도움 없이 혼자 투표"),
        "sight": _l("보기 어려움"),
        "hands": _l("손을 쓰기 어려움"),
        "reading": _l("읽기 어려움"),
        "other": _l("그 밖"),
    },
    "basis": {
        "address": _l("주소"),
        "workplace": _l("직장"),
        "school": _l("학교"),
    },
    "code_batch": {
        "made": _l("내려받기 전"),
        "given": _l("확인 전"),
        "active": _l("쓰는 중"),
        "void": _l("무효"),
    },
    "code_state": {
        "valid": _l("쓰지 않음"),
        "spent": _l("투표 마침"),
        "void": _l("무효"),
        "test": _l("연습용"),
    },
    "code_selection": {
        "all": _l("명부의 모든 사람"),
        "area": _l("한 동의 사람"),
        "no_phone": _l("전화번호가 없는 사람"),
        "bearer": _l("신분을 확인하고 나눠 줄 번호"),
    },
    "age_band": {
        "0-13": _l("13세 이하"),
        "14-18": _l("14~18세"),
        "19-29": _l("19~29세"),
        "30-39": _l("30대"),
        "40-49": _l("40대"),
        "50-59": _l("50대"),
        "60-69": _l("60대"),
        "70-": _l("70세 이상"),
    },
    "list_fault": {
        "formula": _l("수식으로 시작하는 칸(=, +, -, @)이 있음"),
        "resident_number": _l("주민등록번호로 보이는 번호가 있음(생년월일만 받습니다)"),
        "name": _l("이름이 없음"),
        "birth_date": _l("생년월일을 읽을 수 없음"),
        "phone": _l("전화번호를 읽을 수 없음"),
        "too_young": _l("최저 나이에 이르지 않음"),
        "basis": _l("이 회차에서 받지 않는 연고"),
        "guardian": _l("14세 미만인데 보호자 동의가 없음"),
        "again": _l("파일의 앞줄에 같은 사람이 있음"),
        "on_roll": _l("이미 명부에 있는 사람"),
    },
    "list_doubt": {
        "old": _l("나이가 110세를 넘음"),
        "born_today": _l("오늘 태어난 사람"),
        "no_text": _l("문자를 받을 수 없는 번호: 전화번호 없이 넣습니다"),
        "phone_twice": _l("앞줄의 다른 사람과 전화번호가 같음: 전화번호 없이 넣습니다"),
        "phone_on_roll": _l("명부의 다른 사람과 전화번호가 같음: 전화번호 없이 넣습니다"),
        "dong": _l("모르는 동: 동 없이 넣습니다(모두의 투표지만 받습니다)"),
        "twin": _l("이름과 생년월일이 앞줄과 같고 전화번호가 다름: 다른 사람으로 넣습니다"),
    },
    "list_file": {
        "empty": _l("파일에 사람이 한 줄도 없습니다."),
        "encoding": _l(
            "글자 방식(%(detail)s)을 읽을 수 없습니다. 엑셀에서 ‘CSV UTF-8’이나 XLSX로 저장해 다시 올려 주세요."
        ),
        "old_excel": _l("옛 엑셀 파일(XLS)입니다. XLSX나 CSV로 저장해 다시 올려 주세요."),
        "unreadable": _l("XLSX 파일이 깨져 있어 읽을 수 없습니다. 다시 저장해 올려 주세요."),
        "unpacks": _l("압축을 풀면 지나치게 커지는 파일이라서 열지 않았습니다."),
        "texts": _l("XLSX로는 너무 큽니다. CSV로 저장해 다시 올려 주세요."),
        "columns": _l("첫 줄에서 이 열을 찾지 못했습니다: %(detail)s"),
        "column_twice": _l("같은 것을 뜻하는 열이 둘 있습니다: %(detail)s"),
        "never": _l("주민등록번호 열이 있습니다. 주민등록번호는 받지 않으니 그 열을 지우고 다시 올려 주세요."),
        "quotes": _l("%(detail)s번째 행에서 따옴표가 닫히지 않았거나 칸이 너무 깁니다."),
        "too_many": _l("한 파일에 %(detail)s명까지 올릴 수 있습니다."),
    },
    "photo_refusal": {
        "empty": _l("파일이 비어 있습니다. 사진을 다시 골라 주세요."),
        "too_large": _l("사진 파일이 너무 큽니다. 한 장에 %(most)sMB까지 올릴 수 있습니다."),
        "not_a_photo": _l("사진이 아니거나 받지 않는 종류입니다. JPG, PNG, WEBP 사진을 올려 주세요."),
        "heic": _l("HEIC 사진은 받지 않습니다. 휴대전화에서 JPG로 바꾸거나, 화면을 찍은 사진을 올려 주세요."),
        "animated": _l("움직이는 그림은 받지 않습니다. 한 장면만 사진으로 저장해 올려 주세요."),
        "too_many_pixels": _l("사진의 가로세로가 너무 큽니다. 크기를 줄여서 다시 올려 주세요."),
        "broken": _l("사진 파일이 깨져 있어 읽을 수 없습니다. 다시 저장하거나 다른 사진을 올려 주세요."),
        "too_complex": _l("이 사진은 읽는 데 시간이나 메모리가 너무 많이 듭니다. 크기를 줄여서 다시 올려 주세요."),
    },
    "document_refusal": {
        "empty": _l("파일이 비어 있습니다. 문서를 다시 골라 주세요."),
        "too_large": _l("문서 파일이 너무 큽니다. 하나에 %(most)sMB까지 올릴 수 있습니다."),
        "not_a_pdf": _l("PDF 문서가 아닙니다. PDF로 저장해 다시 올려 주세요."),
        "hangul": _l("한글 문서(HWP, HWPX)는 받지 않습니다. 한글에서 ‘PDF로 저장하기’로 저장해 다시 올려 주세요."),
        "broken": _l("PDF 문서가 깨져 있어 읽을 수 없습니다. 다시 저장해 올려 주세요."),
        "pdf_active": _l(
            "이 PDF에는 저절로 움직이거나 다른 파일을 담은 부분이 있어 받지 않습니다. "
            "‘PDF로 인쇄’하여 다시 올려 주세요."
        ),
        "pdf_locked": _l("암호나 잠금이 있는 PDF는 받지 않습니다. 잠금을 풀고 다시 저장해 올려 주세요."),
        "pdf_mixed": _l("PDF에 다른 종류의 내용이 섞여 있어 받지 않습니다. ‘PDF로 인쇄’하여 다시 올려 주세요."),
        "too_complex": _l("이 PDF는 읽는 데 시간이나 메모리가 너무 많이 듭니다. ‘PDF로 인쇄’하여 다시 올려 주세요."),
    },
    "unserved": {
        "sign_in": _l("로그인하지 못함"),
        "device": _l("화면이나 기기가 되지 않음"),
        "message": _l("문자를 받지 못함"),
        "said_voted": _l("이미 투표했다고 나옴"),
        "other": _l("그 밖의 일"),
    },
}


def word(kind: str, key: str) -> LazyString:
    return WORDS[kind][key]


def choices(kind: str, keys: tuple[str, ...] | None = None) -> list[tuple[str, LazyString]]:
    """For a select or radios, in the order of `keys` (default: the table's)."""
    table = WORDS[kind]
    return [(key, table[key]) for key in keys or table]


def said(row: Any, field: str) -> str:
    """A stored text in the reader's language: `said(section, "name")` is its `name_ko` or `name_en`."""
    return str(getattr(row, f"{field}_{language()}") or getattr(row, f"{field}_ko") or "")


def register(app: Flask) -> None:
    app.jinja_env.globals.update(word=word, said=said)
