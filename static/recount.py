# fmt: off
"""공표된 결과를 다시 셉니다 · Counts a published result again: python3 recount.py FILE.zip [--lang ko|en]
exit 0: 모두 맞음 · everything holds; 1: 맞지 않는 것 · what does not; 2: usage. docs/verify.md; §: docs/tally.md"""
import argparse
import hashlib
import json
import re
import sys
import zipfile
from base64 import b64decode
from collections import Counter
from fractions import Fraction
from functools import lru_cache, reduce
from heapq import merge
from io import BufferedReader
from itertools import groupby, pairwise
from math import lcm
from pathlib import Path
from tempfile import TemporaryFile

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

# ---- 1. What does not hold; canonical JSON; shapes --------------------------------------------------------------
SMALL, LARGE, LINE, MOST = 16 * 2**20, 2 * 2**30, 2**20, 2**53 - 1  # bytes of files, of a line; the largest number
BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"  # its one spelling
class Wrong(Exception):
    """The first thing that does not hold."""
def hold(true, where, what, expected=None, got=None):  # `where`: file and place in it; `what`: Korean · English
    if not true:
        numbers = f" (있어야 할 것 · expected: {expected!r:.200}; 있는 것 · got: {got!r:.200})"
        raise Wrong(f"{where}: {what}{'' if expected is got is None else numbers}")
def ordered(value):  # keys by their UTF-16 (RFC 8785); a fraction also with four decimals, rounded half up
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, Fraction):
        shown = (value * 20_000 + 1) // 2
        return {"exact": "{}/{}".format(*value.as_integer_ratio()), "shown": f"{shown // 10_000}.{shown % 10_000:04}"}
    return [ordered(entry) for entry in value] if isinstance(value, list) else value
def canonical(value):
    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
def read_json(data, where):  # written again it must be the same: no spaces, repeated keys, decimals, large numbers
    try:
        value = json.loads(data, parse_int=lambda n: max(-MOST, min(int(n[:17]), MOST)), parse_float=int)
        same = canonical(value) == data
    except (ValueError, RecursionError):
        same = False
    hold(same, where, "정해진 모양(RFC 8785)의 JSON이 아님 · not canonical JSON (RFC 8785, whole numbers)")
    return value
SHAPES = {  # keys and what they hold; `*`: a list of it, `%`: an object of it, `?`: or null
    "manifest": "version:int round:str programme:str fiscal_year:int title:names currency:str opens_at:instant "
                "closes_at:instant pots:pot* sections:section* items:item* chambers:chamber* cap_policy:policy "
                "tie_order:str* quotas:quotas keys:(ed25519:[0-9a-f]{64}|hpke-p256(-open)?:[0-9a-f]{130})*",
    "names": "ko:str en:str", "pot": "id:str name:names cap:int", "section": "id:str name:names pot:str",
    "item": "id:str number:int section:str title:names dong:str? cost:int min_cost:int? proposer:str? excludes:str*",
    "chamber": "id:str name:names weight:fraction kind:approval|choose-one|ranking|cumulative|scores picks:int*% "
               "total:int*? money_limit:int? points_limit:int? score_range:int*? threshold:threshold? "
               "normalisation:share|turnout|top|rank|raw scope:ballot|section",
    "threshold": "votes:int | share:fraction", "policy": "kind:skip|stop|part | kind:near cover:fraction",
    "quotas": "per_dong:quota? per_section:quota? per_proposer:quota? at_least_one_per_section:bool",
    "quota": "count:int? cost:int?", "box": "count:int sha256:hash", "log": "root:hash size:int",
    "certificate": "ballots:box% files:files log:log? manifest:hash private_key:hash? published_at:instant result:hash "
                   "rolls:hash round:str signature:([0-9a-f]{128})? signed_by:signer* unresolved:cases version:int",
    "files": "README.txt:hash recount.py:hash", "signer": "at:instant role:str", "cases": "cases:int margin:int?",
    "rolls": "lowered:int%%? participations:int%%? present:int%? present_by_item:int%%? seed:str?"}
PATTERNS = {"hash": "[0-9a-f]{64}", "fraction": "(0|[1-9][0-9]{0,99})/[1-9][0-9]{0,99}", "str": "(?s:.*)",
            "instant": "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z"}
LISTS, POINTS = ("pots", "sections", "items", "chambers"), {"points_limit": "cumulative", "score_range": "scores"}
TIE_RULES, REFERENCE = {"cheaper", "dearer", "ballot-number", "lot"}, ("quota", "value", "limit", "chamber")
def fit(value, shape, where):
    kind, parts = type(value).__name__, {}
    if shape[-1] == "?":
        return value is None or fit(value, shape[:-1], where)
    if shape[-1] in "*%":
        fits = kind == {"*": "list", "%": "dict"}[shape[-1]]
        parts = dict.fromkeys(value if kind == "dict" else range(len(value)), shape[:-1]) if fits else {}
    elif shape in SHAPES:
        options = [dict(key.split(":", 1) for key in option.split()) for option in SHAPES[shape].split(" | ")]
        fits = parts = next((keys for keys in options if kind == "dict" and keys.keys() == value.keys()), {})
    else:
        fits = re.fullmatch(PATTERNS.get(shape, shape), value) if kind == "str" else kind == shape
    hold(fits, where, "키가 모자라거나 남거나, 값의 모양이 틀림 · keys or a value of the wrong shape", shape, value)
    return all(fit(value[key], part, f"{where}.{key}") for key, part in parts.items())
def sense(rules):  # what the count relies on (tally.md, appendix 2): places, and whether they make sense
    pots, sections, items, chambers = known = [{one["id"]: one for one in rules[kind]} for kind in LISTS]
    caps = {i: pots.get(one["pot"], {"cap": 0})["cap"] for i, one in sections.items()}
    yield from ((kind, 0 < len(rules[kind]) == len(ids.keys() - {""})) for kind, ids in zip(LISTS, known, strict=True))
    for i, item in items.items():
        least = item["cost"] if item["min_cost"] is None else item["min_cost"]
        yield f"items {i} cost", 0 < least <= item["cost"] <= caps.get(item["section"], 0)
        yield f"items {i}", item["number"] > 0 and items.keys() - {i} >= set(item["excludes"])
    for i, one in chambers.items():
        ranges = [pair for pair in (*one["picks"].values(), one["total"], one["score_range"]) if pair is not None]
        fair = i not in TIE_RULES and all(len(pair) == 2 and 0 <= pair[0] <= pair[1] for pair in ranges)
        yield f"chambers {i}", fair and one["picks"].keys() == sections.keys()
        yield f"chambers {i} kind", all((one[key] is None) == (one["kind"] != kind) for key, kind in POINTS.items())
    order, numbers, keys = rules["tie_order"], [i["number"] for i in items.values()], [key[:4] for key in rules["keys"]]
    for where, values in (("tie_order", order), ("items number", numbers), ("keys", keys)):
        yield where, len(values) == len(set(values))
    yield "chambers weight", sum(Fraction(chamber["weight"]) for chamber in chambers.values()) == 1
    yield "tie_order", chambers.keys() | TIE_RULES >= set(order) and {"ballot-number", "lot"} & set(order)
    yield "closes_at", rules["opens_at"] < rules["closes_at"]
def read_shaped(data, name):
    value, shape = read_json(data, name), name.removesuffix(".json")
    version = value.get("version") if isinstance(value, dict) else None
    hold("version:" not in SHAPES[shape] or version == 1, name, "모르는 판 · of an unknown version", 1, version)
    fit(value, shape, name)
    for where, true in sense(value) if shape == "manifest" else ():
        hold(true, f"{name} {where}", "말이 되지 않는 규칙 · rules that make no sense (tally.md, appendix 2)")
    return value
# ---- 2. A chamber: its ballots (§2), added up, and their figures (§3) -------------------------------------------
class Box:  # `named`: item → ballots that name it; `limits`: section ("": in all) → fewest and most picks, top rank
    def __init__(self, rules, chamber, lowered):
        self.chamber, self.id, self.kind, self.lowered = chamber, chamber["id"], chamber["kind"], lowered
        self.items, self.points = {item["id"]: item for item in rules["items"]}, self.kind in POINTS.values()
        self.weight, (low, high) = Fraction(chamber["weight"]), chamber["total"] or (0, len(self.items))
        low, high = (max(low, 1), min(high, 1)) if self.kind == "choose-one" else (low, high)
        asked = {**{one["id"]: chamber["picks"][one["id"]] for one in rules["sections"]}, "": (low, high)}
        self.limits = {s: (min(low, lowered.get(s, MOST)), most, min(most, high)) for s, (low, most) in asked.items()}
        self.sections = {s: [i for i, item in self.items.items() if item["section"] == s] for s in asked if s}
        self.void, self.given, self.cast, self.valid, self.repeated = Counter(), Counter(), 0, 0, 0
        self.votes, self.named = Counter(dict.fromkeys(self.items, 0)), Counter(dict.fromkeys(self.items, 0))
    def add(self, ballot, times):  # so many ballots that say the same
        choices, fault = self.read(ballot)
        self.cast += times
        self.repeated += times * (not self.points and 0 < len(choices) < len(ballot))
        self.void.update({fault: times} if fault else {})
        if not fault:
            self.valid += times
            self.given.update(votes=times * sum(choices.values()), picks=times * len(choices))  # as below, in all
            self.votes.update({item: times * points for item, points in choices.items()})
            self.named.update(dict.fromkeys(choices, times))
    def read(self, ballot):  # item → points, and the first fault, or None; what is named twice counts once
        entries = ballot.values() if isinstance(ballot, dict) else ballot
        kinds = {type(entry) for entry in entries} if type(ballot) is (dict if self.points else list) else {list}
        if kinds & {list, dict} or (self.points and kinds - {int}):
            return {}, "wrong_shape"
        choices = {i: ballot[i] if self.points else 1 for i in ballot if self.kind != "cumulative" or ballot[i]}
        if choices.keys() - self.items.keys():  # nought is a score, but no pick
            return choices, "unknown_item"
        sections, points, chamber = [self.items[i]["section"] for i in choices], choices.values(), self.chamber
        given = Counter({"": len(choices)}) + Counter(sections)
        if self.kind == "ranking":
            choices = {i: self.limits[sections[n]][2] - sections[:n].count(sections[n]) for n, i in enumerate(choices)}
        faults = [("too_few" if given[where] < low else "too_many") + ("_in_section" if where else "")
                  for where, (low, high, _) in self.limits.items() if not low <= given[where] <= high]
        cost, (low, high) = sum(self.items[i]["cost"] for i in choices), chamber["score_range"] or (1, MOST)
        faults += ["over_money"] if chamber["money_limit"] is not None and cost > chamber["money_limit"] else []
        faults += ["out_of_range"] if self.points and not all(low <= number <= high for number in points) else []
        faults += ["over_points"] if self.kind == "cumulative" and sum(points) > chamber["points_limit"] else []
        return choices, faults[0] if faults else None
    def held(self):  # what is held against its threshold, and the threshold
        rule = self.chamber["threshold"] or {"votes": 0}
        return (self.votes, rule["votes"]) if "votes" in rule else (self.named, Fraction(rule["share"]) * self.valid)
    def with_more(self, i, more):  # as if it gave an item more votes: of those who voted, then of new people
        votes, same = {**self.votes, i: self.votes[i] + more}, self.kind in ("approval", "choose-one")
        box, valid = Box.__new__(Box), max(self.valid, 1, same * votes[i])
        vars(box).update(vars(self), votes=votes, named=votes if same else self.named, valid=valid)
        return box
@lru_cache(16)
def figures(box):  # item → its figure: votes, and what they are divided by; nought where nobody voted
    found, rule = dict.fromkeys(box.votes, (0, 1)), box.chamber["normalisation"]
    for group in [box.items] if box.chamber["scope"] == "ballot" else box.sections.values():
        here = [box.votes[i] for i in group] or [0]
        below = {"share": sum(here), "turnout": box.valid, "top": max(here), "rank": 2 * len(here), "raw": 1}[rule]
        if rule == "rank" and any(here):  # from below, twice the mean of those that an item shares
            here = [1 + sum((other < votes) + (other <= votes) for other in here) for votes in here]
        found |= {i: (votes, below) for i, votes in zip(group, here, strict=False)} if any(here) else {}
    return found

# ---- 3. The count: order and funding (§4, §5), margins (§7), the result (§6; appendix 1 of tally.md) ------------
class Count:
    def __init__(self, rules, manifest_hash, boxes, rolls):
        self.rules, self.hash, self.boxes, self.rolls = rules, manifest_hash, boxes, rolls
        self.seed, self.first = rolls["seed"] or None, next((box for box in boxes if box.id == "residents"), boxes[0])
        self.policy, self.cover = rules["cap_policy"]["kind"], Fraction(rules["cap_policy"].get("cover", "1/1"))
        quotas = [(rule, rules["quotas"][rule] or {}) for rule in ("per_dong", "per_section", "per_proposer")]
        pot_of = {section["id"]: section["pot"] for section in rules["sections"]}
        self.items = {item["id"]: {**item, "pot": pot_of[item["section"]]} for item in rules["items"]}
        for i, item in self.items.items():
            rivals = (j for j, other in self.items.items() if i in other["excludes"] or j in item["excludes"])
            item["rivals"] = sorted(rivals, key=lambda j: self.items[j]["number"])
            item["quotas"] = [((rule, item[rule[4:]], limit), quota[limit]) for rule, quota in quotas
                              for limit in ("count", "cost") if None not in (item[rule[4:]], quota.get(limit))]
            drawn = hashlib.sha256(f"{manifest_hash}{self.seed}{i}".encode()).hexdigest()
            item["lot"] = int(drawn, 16) if self.seed else item["number"]  # which decides nothing: see `result`
        signs = {"cheaper": ("cost", -1), "dearer": ("cost", 1), "ballot-number": ("number", -1), "lot": ("lot", -1)}
        self.ranks = {rule: {i: n * item[key] for i, item in self.items.items()} for rule, (key, n) in signs.items()}
        self.ranks |= {box.id: box.votes for box in boxes}  # tie rule → item → the more, the further ahead
        self.scale = lcm(*(box.weight.denominator * below for box in boxes for _, below in figures(box).values()))
        scores, self.order, self.grants = self.award(boxes, self.ranks, self.scale)
        self.scores = {i: Fraction(score, self.scale) for i, score in scores.items()}
        self.ties = [tie for _, same in groupby(self.order, self.scores.get) if len(tie := list(same)) > 1]
    def award(self, boxes, ranks, scale):  # scores, times a scale that makes them whole; the order; what is granted
        given = [(box.weight.numerator, box.weight.denominator, figures(box)) for box in boxes]
        scores = {i: sum(n * f[i][0] * scale // (d * f[i][1]) for n, d, f in given) for i in self.items}
        columns = [scores, *(ranks[rule] for rule in self.rules["tie_order"])]
        order = sorted(self.items, key=lambda i: [column[i] for column in columns], reverse=True)
        return scores, order, self.fund(order, boxes)
    def fund(self, order, boxes):  # item → (won, reason, what the reason refers to), down the order
        left, used = {pot["id"]: pot["cap"] for pot in self.rules["pots"]}, Counter()  # closed: below nought
        stops = {"part_of_cost", "near_cover", "over_left" if self.policy == "stop" else ""}
        grants, firsts = {}, order if self.rules["quotas"]["at_least_one_per_section"] else ()
        for box, (numbers, least) in ((box, box.held()) for box in boxes[::-1]):
            grants |= {i: (0, "below_threshold", {"chamber": box.id}) for i, n in numbers.items() if n < least}
        for i, first in [*((i, True) for i in firsts), *((i, False) for i in order)]:
            item, pot, section = self.items[i], self.items[i]["pot"], self.items[i]["section"]
            cost, least, rest = item["cost"], item["min_cost"], left[pot]
            offers = [(0, "pot_closed", None)] if rest < 0 else []
            offers += [(cost, "section_first" if first else "within_cap", None)] if cost <= rest else []
            offers += [(rest, "part_of_cost", None)] if self.policy == "part" and least and rest >= least else []
            offers += [(cost, "near_cover", None)] if self.policy == "near" and rest >= self.cover * cost else []
            offer = [*offers, (0, "over_left", None)][0]
            more = {"count": 1, "cost": offer[0] or cost}
            refused = [(0, "excluded", {"items": [rival]}) for rival in item["rivals"] if grants.get(rival, (0,))[0]]
            refused += [(0, "quota", {"quota": rule, "value": value, "limit": limit}) for (rule, value, limit), most
                        in item["quotas"] if used[rule, value, limit] + more[limit] > most]
            if i not in grants and not (first and (used[section] or refused or offer[1] != "section_first")):
                grants[i] = won, reason, _ = [*refused, offer][0]
                left[pot] = -1 if reason in stops else rest - won
                used.update({section: 1} | {key: more[key[2]] for key, _ in item["quotas"] if won})
        return grants
    def moved(self, i, tie, to_head):  # what is granted with an item at the head, or at the end, of its tie
        others, start = [j for j in self.order if j != i], self.order.index(tie[0] if to_head else tie[-1])
        return self.fund([*others[:start], i, *others[start:]], self.boxes)
    def margin(self, i):  # the fewest more votes that fund an item, or fewer that drop the last of a pot
        paid = [j for j in self.order if self.items[j]["pot"] == self.items[i]["pot"] and self.grants[j][0]]
        kind, sign, lot, most = ("spare", -1, 0, self.first.votes[i]) if i in paid else ("short", 1, ~MOST, MOST)
        more, ranks = 1, self.ranks if self.seed else self.ranks | {"lot": self.ranks["lot"] | {i: lot}}
        tried = lru_cache(2)(lambda step: self.tried(i, sign * step, ranks))  # a lot not drawn is against the change
        while more <= most and i not in paid[:-1]:  # it changes only where two straight lines meet, or one behind
            (funded, *now), (_, *then) = tried(more), tried(min(more + 1, most))
            if funded != (i in paid):
                return {"kind": kind, "votes": more}
            pairs = [two for lines in zip(now, then, strict=True) for two in pairwise(sorted(zip(*lines, strict=True)))]
            meeting = [(c - a, b - a - d + c) for (a, b), (c, d) in pairs if b - a != d - c]
            steps = {step for far, closing in meeting for step in (more - (-far // closing), more + far // closing + 1)}
            more = min(step for step in steps | {most, MOST + 1} if step > more)
        return None
    def tried(self, i, more, ranks):  # is it funded; scores, times what its votes are divided by; votes and thresholds
        box = self.first.with_more(i, more)
        boxes = [box if one is self.first else one for one in self.boxes]
        scores, _, grants = self.award(boxes, ranks | {box.id: box.votes}, self.scale * figures(box)[i][1])
        return grants[i][0] > 0, scores.values(), [*box.votes.values(), *box.named.values(), box.valid, box.held()[1]]
    def result(self):
        items, pots, ties, order = list(self.item_rows()), [], [], self.rules["tie_order"]
        for i, cap in ((pot["id"], pot["cap"]) for pot in self.rules["pots"]):
            paid = sum(row["funded"] for row in items if row["pot"] == i)
            pots.append({"id": i, "cap": cap, "funded": paid, "left": max(cap - paid, 0), "excess": max(paid - cap, 0)})
        for tie in self.ties:
            rules = [next(r for r in order if self.ranks[r][a] != self.ranks[r][b]) for a, b in pairwise(tie)]
            hold(self.seed or "lot" not in rules, "rolls.json seed", f"추첨할 씨앗이 없음 · no seed for a lot: {tie}")
            others = [self.moved(i, tie, to_head) for i in tie for to_head in (True, False)]
            decisive = any(grants[i][0] != self.grants[i][0] for grants in others for i in self.items)
            ties.append({"items": tie, "score": self.scores[tie[0]], "settled_by": rules, "decisive": decisive})
        gates, chambers = list(self.gates(items, pots)), [self.chamber_row(box) for box in self.boxes]
        return {"version": 1, "manifest": self.hash, "round": self.rules["round"], "seed": self.seed,
                "chambers": chambers, "items": items, "pots": pots, "ties": ties, "gates": gates,
                "reserve": [r["id"] for r in items if r["reserve"]], "publishable": all(g["holds"] for g in gates)}
    def chamber_row(self, box):
        own, first = (one.weight / one.valid if one.valid else None for one in (box, self.first))
        votes, sections = sum(box.votes.values()), box.sections.items() if box.chamber["scope"] == "section" else ()
        return {**{key: vars(box)[key] for key in ("id", "weight", "cast", "valid", "void", "repeated", "lowered")},
                "votes": votes, "picks": sum(box.named.values()), "note": None if votes else "all_zero",
                "empty_sections": [section for section, group in sections if not any(box.votes[i] for i in group)],
                "ballot_weight": own, "ratio": own / first if first and own is not None else None}
    def item_rows(self):
        running, reserve = Counter(), 0
        for place, i in enumerate(self.order, 1):
            item, (won, reason, reference) = self.items[i], self.grants[i]
            tie, waits = next((tie for tie in self.ties if i in tie), [i]), not won and reason != "below_threshold"
            ahead = tie[: tie.index(i)] if reason in ("over_left", "pot_closed") else []
            if ahead and self.moved(i, tie, True)[i][0]:
                reason, reference = "lost_tie", {"items": [j for j in ahead if self.grants[j][0]] or ahead}
            reserve, running[item["pot"]] = reserve + waits, running[item["pot"]] + won
            said = {box.id: {"votes": box.votes[i], "picks": box.named[i], "figure": Fraction(*figures(box)[i])}
                    for box in self.boxes}
            yield {**{key: item[key] for key in ("id", "number", "section", "pot", "cost")}, "place": place,
                   "tied_with": [j for j in tie if j != i], "score": self.scores[i], "chambers": said, "funded": won,
                   "outcome": {0: "not_funded", item["cost"]: "funded"}.get(won, "part"), "reason": reason,
                   "reference": reference and {"items": [], **dict.fromkeys(REFERENCE), **reference},
                   "running": running[item["pot"]], "reserve": reserve if waits else None, "margin": self.margin(i)}
    def gates(self, items, pots):
        def gate(code, where, holds, **numbers):
            return {"code": code, "where": where, "holds": holds, "numbers": numbers}
        people, present, by_item = (self.rolls[key] for key in ("participations", "present", "present_by_item"))
        for box in self.boxes:
            name, cast, valid, void, named = box.id, box.cast, box.valid, box.void.total(), box.named
            votes, picks, most, rule = sum(box.votes.values()), sum(named.values()), max(named.values()), box.chamber
            yield gate("ballots_add_up", name, valid + void == cast, valid=valid, void=void, cast=cast)
            if people is not None:
                some = sum(people.get(name, {}).values())
                yield gate("ballots_equal_participations", name, cast == some, cast=cast, participations=some)
            sums, given = Counter(votes=votes, picks=picks), {f"{k}_given": box.given[k] for k in ("votes", "picks")}
            yield gate("votes_equal_picks", name, sums == box.given, **sums, **given)
            yield gate("no_item_above_ballots", name, most <= valid, most=most, valid=valid)
            for s in [*sorted(box.sections), *([""] if box.kind == "choose-one" or rule["total"] is not None else [])]:
                place, n = f"{name}/{s}" if s else name, sum(named[i] for i in box.sections.get(s, named))
                low, high, _ = (valid * limit for limit in box.limits[s])
                yield gate("picks_within_rule", place, low <= n <= high, picks=n, least=low, most=high, valid=valid)
            if box.points:
                most = rule["score_range"][1] * picks if box.kind == "scores" else rule["points_limit"] * valid
                yield gate("points_within_rule", name, votes <= most, points=votes, most=most)
            if name in (present or {}):
                yield gate("ballots_within_present", name, cast <= present[name], cast=cast, present=present[name])
            for i, there in sorted((by_item or {}).get(name, {}).items()):
                yield gate("picks_within_present", f"{name}/{i}", named[i] <= there, picks=named[i], present=there)
        for i, cap, funded, _, excess in (pot.values() for pot in pots):
            near = sum(row["funded"] for row in items if row["pot"] == i and row["reason"] == "near_cover")
            yield gate("funded_within_cap", i, excess <= (1 - self.cover) * near, funded=funded, cap=cap, excess=excess)
        yield gate("every_item_once", "items", True, **dict.fromkeys(("items", "once", "lines"), len(items)))

# ---- 4. The bundle (verify.md), and the result in words ---------------------------------------------------------
def sha256(file):
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
class Bundle(zipfile.ZipFile):
    def __init__(self, file):
        super().__init__(file)
        for name, times in Counter(self.namelist()).items():
            size, most = self.getinfo(name).file_size, LARGE if re.match("ballots/|sealed/|leaves.txt", name) else SMALL
            hold(times == 1, name, "꾸러미에 두 번 들어 있음 · is in the bundle twice")
            hold(size <= most, name, "너무 큼 · is too large", most, size)
    def ensure_hash(self, name, expected):
        got = sha256(self.open(name))
        hold(got == expected, name, "certificate.json과 다름 · not the SHA-256 in certificate.json", expected, got)
    def lines(self, name):  # where each line stands, and the line without its end
        with BufferedReader(self.open(name)) as file:
            for number, line in enumerate(iter(lambda: file.readline(LINE), b""), 1):
                where = f"{name} {number}번째 줄 · line {number}"
                hold(line.endswith(b"\n"), where, "끝나지 않은 줄 · the line does not end")
                yield where, line[:-1]
    def ensure_same_zip(self):  # zipped again it must be the same: nothing before, between or behind the files
        with TemporaryFile() as again, zipfile.ZipFile(again, "w") as archive:
            for name in sorted(self.namelist()):
                entry = zipfile.ZipInfo(name)
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                with archive.open(entry, "w") as copied, self.open(name) as file:
                    copied.writelines(file)
            archive.close()
            hold(sha256(again) == sha256(self.fp), "zip", "다시 묶은 것과 다름 · not what zipping its files gives")
def ensure_signed(key, signature, message, where):
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        hold(False, where, "규칙서의 열쇠로 한 서명이 아님 · not signed by the key in the rules")
def read_checkpoint(name, note, origin, key):  # size and root of a C2SP note; signatures by others are passed over
    written = re.fullmatch(f"((.+)\n(0|[1-9][0-9]{{0,18}})\n({BASE64})\n)\n((?:— [^ \n]+ {BASE64}\n)+)", note)
    hold(written, name, "체크포인트의 모양이 아님 · not a checkpoint")
    text, named, size, root, below = written.groups()
    hold(named == origin, name, "다른 투표함의 체크포인트 · of another box", origin, named)
    kid = hashlib.sha256(f"{origin}\n\x01".encode() + key).digest()[:4]
    ours = [s[4:] for s in map(b64decode, re.findall(f"— {re.escape(origin)} ({BASE64})\n", below)) if s[:4] == kid]
    hold(ours, name, "서명이 없음 · not signed")
    for raw in ours:
        ensure_signed(key, raw, text.encode(), name)
    return int(size), b64decode(root).hex()
def node(right, left):
    return hashlib.sha256(b"\x01" + left + right).digest()
def read_log(bundle, notes, rules, certified, key):  # RFC 9162; of the leaves, only roots of full subtrees are kept
    leaves, size, peaks, origin = bundle.lines("leaves.txt"), 0, [], f"hanpyo/{rules['round']}/{certified['manifest']}"
    for name in notes:
        said, signed = read_checkpoint(name, bundle.read(name).decode(errors="replace"), origin, key)
        hold(size <= said, name, "앞보다 작음 · fewer than before", size, said)
        for n in range(size + 1, said + 1):
            where, leaf = next(leaves, (f"leaves.txt {n}번째 줄 · line {n}", b""))
            fit(leaf.decode(errors="replace"), "hash", where)
            rest = n.bit_count() - 1  # with this one, there are as many full subtrees as ones in the binary number
            peaks[rest:] = [reduce(node, peaks[rest:][::-1], bytes.fromhex(leaf.decode()))]
        size, root = said, reduce(node, peaks[::-1] or [hashlib.sha256().digest()])
        hold(root.hex() == signed, name, "leaves.txt의 뿌리와 다름 · not the root of leaves.txt", root.hex(), signed)
    hold(next(leaves, None) is None, "leaves.txt", "체크포인트보다 많음 · more than in the last checkpoint", size)
    return {"root": root.hex(), "size": size}
def sealed_lines(bundle, chamber):  # position in the log, place in the file, chamber, sealed ballot
    for where, line in bundle.lines(f"sealed/{chamber}.txt"):
        written = re.fullmatch(f"(0|[1-9][0-9]{{0,15}}) ({BASE64})", line.decode(errors="replace"))
        hold(written, where, "봉인된 표의 모양이 아님 · not a sealed ballot")
        yield int(written[1]), where, chamber, b64decode(written[2])
def unsealed(key, sealed, length, info):  # a line: the ballot, or null: what opens is codes, or code → points
    try:
        padded = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM).decrypt(sealed, key, info.encode())
        end = 4 + int.from_bytes(padded[:4])  # its own length, itself, and zeros up to the length of all
        fits = sealed[0] == 4 and len(padded) == length >= end and not any(padded[end:])  # 4: an uncompressed point
        ballot = read_json(padded[4:end], "") if fits else None
    except (InvalidTag, Wrong):
        ballot = None
    kind, entries = {dict: int, list: str}.get(type(ballot)), ballot.values() if isinstance(ballot, dict) else ballot
    return canonical(ballot if kind and all(isinstance(entry, kind) for entry in entries) else None) + b"\n"
def ensure_opened(bundle, rules, certificate, point, chambers):  # the sealed ballots are those published
    try:
        key = ec.derive_private_key(int(certificate["private_key"], 16), ec.SECP256R1())
        fits = key.public_key() == ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        fits = False
    hold(fits, "certificate.json private_key", "규칙서의 열쇠와 맞지 않음 · does not fit the key in the rules")
    length, points = -(-(4 + len(canonical({item["id"]: 10**9 for item in rules["items"]}))) // 64) * 64, {}
    leaves, found, n = bundle.lines("leaves.txt") if certificate["log"] else iter(()), {i: [] for i in chambers}, -1
    for n, (position, where, chamber, sealed) in enumerate(merge(*(sealed_lines(bundle, i) for i in found))):
        hold(position == n, where, "빠졌거나 거듭된 자리 · a position left out or repeated", n, position)
        (_, leaf), got = next(leaves, ("", b"")), hashlib.sha256(b"\0" + sealed).hexdigest()
        hold(leaf == got.encode(), where, "leaves.txt의 해시와 다름 · not the hash in leaves.txt", leaf, got)
        found[chamber].append(unsealed(key, sealed, length, f"hanpyo ballot 1\n{certificate['manifest']}\n{chamber}"))
        again = found[chamber][-1] != b"null\n" and points.setdefault(sealed[:65], n) != n
        hold(not again, where, "한 임시 열쇠로 두 번 봉인함 · one ephemeral key for two ballots")
    hold(next(leaves, None) is None, "sealed/", "leaves.txt보다 적음 · fewer than in leaves.txt", got=n + 1)
    for i, ballots in found.items():
        same = hashlib.sha256(b"".join(sorted(ballots))).hexdigest() == certificate["ballots"][i]["sha256"]
        hold(same, f"sealed/{i}.txt", f"연 것이 표와 다름 · opened, they are not the ballots of ballots/{i}.jsonl")
def read_box(bundle, box, count, sha256):  # equal ballots lie side by side, for they are sorted: each is read once
    name, before = f"ballots/{box.id}.jsonl", b""
    for line, same in groupby(bundle.lines(name), lambda entry: entry[1]):
        (where, _), *others = same
        ballot = read_json(line, where)
        hold(before < line, where, "표가 순서대로 있지 않음 · ballots that are not sorted")
        envelope = isinstance(ballot, dict) and isinstance(ballot.get("choices"), list | dict)
        hold(not envelope, where, "표에는 고른 것만 있어야 함 · a ballot is its choices and nothing else")
        box.add(ballot, 1 + len(others))
        before = line
    hold(box.cast == count, name, "표의 수가 인증서와 다름 · not as many ballots as certified", count, box.cast)
    bundle.ensure_hash(name, sha256)
def ensure_equal(ours, theirs, where):  # names the first place where two results differ
    one, other = (dict(enumerate(value, 1)) if isinstance(value, list) else value for value in (ours, theirs))
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            ensure_equal(one[key], other[key], f"{where} {key}")
    hold(canonical(ours) == canonical(theirs), where, "다시 센 것과 다름 · not what is counted", ours, theirs)
def check(file):  # a path, or an open file; gives rules, certificate and result, or raises Wrong
    bundle = Bundle(file)
    rules, certificate = (read_shaped(bundle.read(name), name) for name in ("manifest.json", "certificate.json"))
    hashes = {f"{name}.json": certificate[name] for name in ("manifest", "rolls", "result")} | certificate["files"]
    chambers, log = sorted(chamber["id"] for chamber in rules["chambers"]), certificate["log"]
    keys = dict(key.split(":") for key in rules["keys"])
    key, point = (bytes.fromhex(keys.get(kind, "")) for kind in ("ed25519", "hpke-p256-open"))
    notes = max(1, sum(name.startswith("checkpoints/") for name in bundle.namelist())) if log else 0
    notes = {f"checkpoints/{n:06}.txt" for n in range(1, notes + 1)}
    names = {"certificate.json", *hashes, *notes, *(f"ballots/{i}.jsonl" for i in chambers)}
    names |= {f"sealed/{i}.txt" for i in chambers if point} | {"leaves.txt" for _ in notes}
    for name in sorted(names ^ set(bundle.namelist()), key=lambda name: (name not in names, name)):
        hold(False, name, "꾸러미에 없음 · is missing" if name in names else "없어야 할 파일 · should not be there")
    bundle.ensure_hash("manifest.json", hashes["manifest.json"])
    pairs = [("round", rules["round"], certificate["round"]), ("ballots", chambers, sorted(certificate["ballots"]))]
    asked = {"signature": key, "log": log and key, "private_key": point}
    for field, ours, theirs in pairs + [(field, bool(asked[field]), bool(certificate[field])) for field in asked]:
        hold(ours == theirs, f"certificate.json {field}", "규칙서와 맞지 않음 · does not fit the rules", ours, theirs)
    if key:
        unsigned = b"hanpyo certificate v1\n" + canonical({k: v for k, v in certificate.items() if k != "signature"})
        ensure_signed(key, bytes.fromhex(certificate["signature"]), unsigned, "certificate.json signature")
    for name, expected in hashes.items():
        bundle.ensure_hash(name, expected)
    rolls, items = read_shaped(bundle.read("rolls.json"), "rolls.json"), {item["id"] for item in rules["items"]}
    known = all(set(rolls[field] or {}) <= set(chambers) for field in rolls.keys() - {"seed"})
    known = known and all(numbers.keys() <= items for numbers in (rolls["present_by_item"] or {}).values())
    hold(known, "rolls.json", "규칙서에 없는 집단이나 사업 · a chamber or an item that is not in the rules")
    boxes = [Box(rules, chamber, (rolls["lowered"] or {}).get(chamber["id"], {})) for chamber in rules["chambers"]]
    for box in boxes:
        read_box(bundle, box, **certificate["ballots"][box.id])
    if log:
        found, cast = read_log(bundle, sorted(notes), rules, certificate, key), sum(box.cast for box in boxes)
        hold(log == found, "certificate.json log", "마지막 체크포인트와 다름 · not the last checkpoint", found, log)
        hold(cast == log["size"], "leaves.txt", "표의 수와 다름 · not as many as ballots", cast, log["size"])
    if point:
        ensure_opened(bundle, rules, certificate, point, chambers)
    result = read_json(bundle.read("result.json"), "result.json")
    ensure_equal(Count(rules, certificate["manifest"], boxes, rolls).result(), result, "result.json")
    got, votes = certificate["unresolved"], [row["margin"]["votes"] for row in result["items"] if row["margin"]]
    ensure_equal({"cases": abs(got["cases"]), "margin": min(votes, default=None)}, got, "certificate.json unresolved")
    for code, holds, numbers, where in (gate.values() for gate in result["gates"]):
        hold(holds, f"result.json {code} {where}", "지켜지지 않은 관문 · a broken gate", got=numbers)
    bundle.ensure_same_zip()
    return rules, certificate, result
WORDS = {"cast": "표 ballots", "valid": "유효 valid", "place": "순위 place", "funded": "선정 given", "cap": "한도 cap"}
GOOD = "파일, 해시, 표, 다시 센 결과, 관문: 모두 맞습니다 · Files, hashes, ballots, result, gates: everything holds"
def told(rules, certificate, result, lang):
    yield (rules["title"][lang] or rules["title"]["ko"]) + " ({programme}, {fiscal_year}, {round})".format_map(rules)
    for kind, keys in (("chambers", "cast valid"), ("items", "place funded"), ("pots", "cap funded")):
        names = {one["id"]: one.get("name") or one["title"] for one in rules[kind]}
        for row in (row for row in result[kind] if kind != "items" or row["funded"]):
            numbers = ", ".join(f"{WORDS[key].split()[lang == 'en']} {row[key]:,}" for key in keys.split())
            yield f"{names[row['id']][lang] or names[row['id']]['ko']}: {numbers}"
    signed = "서명이 맞음 · The signature fits" if certificate["signature"] else "서명이 없음 · Not signed: no key"
    logged = "투표함 기록이 체크포인트와 맞음 · The log fits its checkpoints" if certificate["log"] else ""
    opened = "봉인된 표를 모두 열어 봄 · All sealed ballots were opened" if certificate["private_key"] else ""
    yield from (text.split(" · ")[lang == "en"] for text in (signed, logged, opened, GOOD) if text)
def main(arguments=None):
    parser = argparse.ArgumentParser(prog="recount.py")
    parser.add_argument("file", type=Path)
    parser.add_argument("--lang", choices=("ko", "en"), default="ko")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        parser.error(f"{options.file}: 파일이 없음 · no such file")
    try:
        status, lines = 0, list(told(*check(options.file), options.lang))
    except Exception as wrong:  # Wrong, or whatever zipfile says of a damaged zip
        what = "" if isinstance(wrong, Wrong) else "zip: 읽을 수 없음 · cannot be read: "
        status, lines = 1, [f"맞지 않습니다 · Does not hold: {what}{wrong}"]
    sys.stdout.buffer.writelines("".join(c if c.isprintable() else "?" for c in one).encode() + b"\n" for one in lines)
    return status
if __name__ == "__main__":
    sys.exit(main())
