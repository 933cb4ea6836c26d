#!/usr/bin/env python3
# fmt: off
"""공표된 결과를 직접 다시 셉니다 · Counts a published result again: python3 recount.py FILE.zip [--lang ko|en]

끝날 때의 값 · exit status: 0 모두 맞음 · everything holds; 1 처음으로 맞지 않는 것을 말함 · the first thing that does
not hold is named; 2 잘못 불렀음 · wrong usage. docs/verify.md: what is in a bundle, and the order of the checks.
docs/tally.md ("§" below): how votes are counted. Ballots are read one after another and not kept.
"""
import argparse
import base64
import hashlib
import json
import locale
import re
import sys
import zipfile
from bisect import bisect_left, bisect_right
from collections import Counter
from fractions import Fraction
from io import BufferedReader
from itertools import combinations, groupby, pairwise
from math import floor, lcm
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.stderr.write("cryptography가 필요합니다 · this needs cryptography: pip install cryptography\n")
    sys.exit(2)

# Bytes of a small file, of ballots, of a line; and the largest number that every JSON reader keeps.
SMALL, LARGE, LINE, MOST = 16 * 2**20, 2 * 2**30, 2**20, 2**53 - 1

# ---- 1. What does not hold; canonical JSON ----------------------------------------------------------------------
class Wrong(Exception):
    """The first thing that does not hold."""

def hold(true, where, what, expected=None, got=None):
    """`where`: the file and the place in it; `what`: Korean · English."""
    if not true:
        numbers = f" (있어야 할 것 · expected: {expected!r:.200}; 있는 것 · got: {got!r:.200})"
        raise Wrong(f"{where}: {what}{'' if expected is got is None else numbers}")

def canonical(value):
    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()

def ordered(value):
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    return [ordered(entry) for entry in value] if isinstance(value, list) else value

def whole(written):
    if len(written) > 17 or abs(int(written)) > MOST:
        raise ValueError
    return int(written)

def read_json(data, where):
    """Written again it must be the same bytes: no spaces, no repeated keys, no other spellings, no decimals."""
    try:
        value = json.loads(data.decode(), parse_int=whole, parse_float=whole, parse_constant=whole)
        same = canonical(value) == data
    except (ValueError, RecursionError):
        same = False
    hold(same, where, "정해진 모양(RFC 8785, 정수만)의 JSON이 아님 · not canonical JSON (RFC 8785, whole numbers)")
    return value

# ---- 2. Shapes: keys and what they hold; `*` a list of it, `%` an object of it, `?` or null ---------------------
SHAPES = {
    "manifest": "version:int round:str programme:str fiscal_year:int title:names currency:str opens_at:instant "
                "closes_at:instant pots:pot* sections:section* items:item* chambers:chamber* cap_policy:policy "
                "tie_order:str* quotas:quotas keys:key*",
    "names": "ko:str en:str", "pot": "id:str name:names cap:int", "section": "id:str name:names pot:str",
    "item": "id:str number:int section:str title:names dong:str? cost:int min_cost:int? proposer:str? excludes:str*",
    "chamber": "id:str name:names weight:fraction kind:kind picks:int*% total:int*? money_limit:int? points_limit:int? "
               "score_range:int*? normalisation:rule scope:scope threshold:threshold?",
    "threshold": "votes:int | share:fraction", "policy": "kind:simple | kind:near cover:fraction",
    "quotas": "per_dong:quota? per_section:quota? per_proposer:quota? at_least_one_per_section:bool",
    "quota": "count:int? cost:int?", "box": "count:int sha256:hash", "log": "root:hash size:int",
    "certificate": "ballots:box% log:log? manifest:hash published_at:instant result:hash rolls:hash round:str "
                   "signature:signature? signed_by:signer* version:int", "signer": "at:instant role:str",
    "rolls": "lowered:int%%? participations:int%%? present:int%? present_by_item:int%%? seed:str?",
}
SHAPES["certificate"] += f" | files:hash% private_key:hash? {SHAPES['certificate']}"
PATTERNS = {
    "hash": "[0-9a-f]{64}", "signature": "[0-9a-f]{128}", "key": "ed25519:[0-9a-f]{64}|hpke-p256(-open)?:[0-9a-f]{130}",
    "instant": "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z", "scope": "ballot|section",
    "fraction": "(0|[1-9][0-9]{0,99})/[1-9][0-9]{0,99}", "kind": "approval|choose-one|ranking|cumulative|scores",
    "rule": "share|turnout|top|rank|raw", "simple": "skip|stop|part", "near": "near",
}
TIE_RULES = {"cheaper", "dearer", "ballot-number", "lot"}
OWNED = {"points_limit": "cumulative", "score_range": "scores"}  # and not for other kinds of ballots
QUOTAS = {"per_dong": "dong", "per_section": "section", "per_proposer": "proposer"}  # what each is about
NO_REFERENCE = {"items": [], "quota": None, "value": None, "limit": None, "chamber": None}

def fit(value, shape, where):
    """Raises Wrong where the value is not of the shape."""
    if shape.endswith("?") and value is None:
        return
    parts, shape = {}, shape.removesuffix("?")
    if shape[-1] in "*%":
        fits = type(value) is (list if shape[-1] == "*" else dict)
        parts = dict.fromkeys(value if shape[-1] == "%" else range(len(value)), shape[:-1]) if fits else {}
    elif shape in SHAPES:
        options = [dict(key.split(":") for key in option.split()) for option in SHAPES[shape].split(" | ")]
        parts = next((keys for keys in options if type(value) is dict and keys.keys() == value.keys()), {})
        fits = bool(parts)
    else:
        fits = type(value).__name__ == ("str" if shape in PATTERNS else shape)
        fits = fits and (shape not in PATTERNS or re.fullmatch(PATTERNS[shape], value))
    hold(fits, where, "키가 모자라거나 남거나, 값의 모양이 틀림 · keys or a value of the wrong shape", shape, value)
    for key, part in parts.items():
        fit(value[key], part, f"{where}.{key}")

def read_shaped(data, name):
    value, shape = read_json(data, name), name.removesuffix(".json")
    version = value.get("version") if isinstance(value, dict) else None
    hold("version:" not in SHAPES[shape] or version == 1, name, "모르는 판 · of an unknown version", 1, version)
    fit(value, shape, name)
    return value

def distinct(values):
    return len(set(values)) == len(values)

def ensure_sense(rules):
    """What the count relies on (tally.md, appendix 2)."""
    items, order, chambers = rules["items"], rules["tie_order"], rules["chambers"]
    ids = {kind: [one["id"] for one in rules[kind]] for kind in ("pots", "sections", "items", "chambers")}
    pot_of, caps = {s["id"]: s["pot"] for s in rules["sections"]}, {pot["id"]: pot["cap"] for pot in rules["pots"]}
    held = [(kind, names and all(names) and distinct(names)) for kind, names in ids.items()]
    held += [("closes_at", rules["opens_at"] < rules["closes_at"]), ("sections", caps.keys() >= set(pot_of.values()))]
    held += [("items number", distinct([item["number"] for item in items]))]
    for item in items:
        cost, least, cap = item["cost"], item["min_cost"], caps.get(pot_of.get(item["section"]), 0)
        held += [(f"items {item['id']} cost", 0 < cost <= cap and (least is None or 0 < least <= cost))]
        known = set(ids["items"]) - {item["id"]} >= set(item["excludes"])
        held += [(f"items {item['id']}", known and item["number"] > 0)]
    for chamber in chambers:
        where, picks = f"chambers {chamber['id']}", chamber["picks"]
        ranges = (*picks.values(), chamber["total"] or [0, 0], chamber["score_range"] or [0, 0])
        held += [(f"{where} id", chamber["id"] not in TIE_RULES), (f"{where} picks", picks.keys() == pot_of.keys())]
        held += [(f"{where} picks", all(len(one) == 2 and 0 <= one[0] <= one[1] for one in ranges))]
        held += [(f"{where} {key}", (chamber[key] is None) == (chamber["kind"] != of)) for key, of in OWNED.items()]
    held += [("chambers weight", sum(Fraction(chamber["weight"]) for chamber in chambers) == 1)]
    held += [("tie_order", TIE_RULES | set(ids["chambers"]) >= set(order) and distinct(order))]
    held += [("tie_order", {"ballot-number", "lot"} & set(order)), ("keys", distinct([k[:4] for k in rules["keys"]]))]
    for where, true in held:
        hold(true, f"manifest.json {where}", "말이 되지 않는 규칙 · rules that make no sense (tally.md, appendix 2)")

def total_of(chamber, items):
    low, high = chamber["total"] or (0, items)
    return (max(low, 1), min(high, 1)) if chamber["kind"] == "choose-one" else (low, high)

# ---- 3. Ballots (§2) --------------------------------------------------------------------------------------------

class Box:
    """The ballots of one chamber, added up. `named`: item → ballots that name it."""

    def __init__(self, rules, chamber, lowered):
        self.chamber, self.kind, self.lowered = chamber, chamber["kind"], lowered
        self.section = {item["id"]: item["section"] for item in rules["items"]}
        self.cost = {item["id"]: item["cost"] for item in rules["items"]}
        picks, (low, high) = chamber["picks"], total_of(chamber, len(self.cost))
        sections = [section["id"] for section in rules["sections"]]
        self.picks = {s: (min(picks[s][0], lowered.get(s, MOST)), picks[s][1]) for s in sections}
        self.total = min(low, lowered.get("", MOST)), high
        self.ranks = {section: min(most, high) for section, (_, most) in picks.items()}
        self.votes, self.named, self.void = dict.fromkeys(self.cost, 0), dict.fromkeys(self.cost, 0), Counter()
        self.cast = self.valid = self.repeated = self.votes_given = self.named_given = 0

    def add(self, ballot, times):
        """So many ballots that say the same."""
        choices = self.read(ballot)
        fault = "wrong_shape" if choices is None else self.fault(choices)
        self.cast += times
        self.repeated += times * (choices is not None and isinstance(ballot, list) and len(choices) < len(ballot))
        if fault:
            self.void[fault] += times
            return
        self.valid += times
        self.votes_given += times * sum(choices.values())
        self.named_given += times * len(choices)
        for item, points in choices.items():
            self.votes[item] += times * points
            self.named[item] += times

    def read(self, ballot):
        """Item → points, or None where this is no ballot of the kind. What is named twice counts once."""
        if self.kind in ("cumulative", "scores"):
            if type(ballot) is not dict or any(type(points) is not int for points in ballot.values()):
                return None
            return {item: points for item, points in ballot.items() if points or self.kind == "scores"}
        if type(ballot) is not list or any(isinstance(entry, list | dict) for entry in ballot):
            return None
        choices, left = dict.fromkeys(ballot, 1), dict(self.ranks)
        for item in choices if self.kind == "ranking" else ():
            section = self.section.get(item)
            choices[item] = left.get(section, 0)
            left[section] = choices[item] - 1
        return choices

    def fault(self, choices):
        """The first of a ballot's faults, or None."""
        if choices.keys() - self.section.keys():
            return "unknown_item"
        counts, limit = Counter(self.section[item] for item in choices), self.chamber["money_limit"]
        numbers = [(counts[section], *self.picks[section], "_in_section") for section in self.picks]
        for number, low, high, where in (*numbers, (len(choices), *self.total, "")):
            if not low <= number <= high:
                return ("too_few" if number < low else "too_many") + where
        if limit is not None and sum(self.cost[item] for item in choices) > limit:
            return "over_money"
        low, high = self.chamber["score_range"] or (1, MOST)
        if self.kind in ("cumulative", "scores") and not all(low <= points <= high for points in choices.values()):
            return "out_of_range"
        over = self.kind == "cumulative" and sum(choices.values()) > self.chamber["points_limit"]
        return "over_points" if over else None

# ---- 4. Figures, order and funding (§3 to §5) -------------------------------------------------------------------

def exact(value):
    """As a fraction, and with four decimals, rounded half up, for reading."""
    shown = floor(value * 10_000 + Fraction(1, 2))
    return {"exact": f"{value.numerator}/{value.denominator}", "shown": f"{shown // 10_000}.{shown % 10_000:04}"}

def divisor(rule, votes, valid):
    """What the votes of a group of items are divided by."""
    return {"share": sum(votes), "turnout": valid, "top": max(votes), "rank": 2 * len(votes), "raw": 1}[rule]

class Count:
    """`sums`: per chamber item → votes, item → ballots that name it, valid ballots."""

    def __init__(self, rules, manifest_hash, boxes, rolls):
        self.rules, self.boxes, self.hash, self.rolls = rules, boxes, manifest_hash, rolls
        self.chambers, self.sections = rules["chambers"], {one["id"]: one["pot"] for one in rules["sections"]}
        self.items, self.seed = {item["id"]: item for item in rules["items"]}, rolls["seed"] or None
        self.names = [chamber["id"] for chamber in self.chambers]
        self.first = self.names.index("residents") if "residents" in self.names else 0
        self.weights = [Fraction(chamber["weight"]) for chamber in self.chambers]
        self.policy, self.cover = rules["cap_policy"]["kind"], Fraction(rules["cap_policy"].get("cover", "1/1"))
        self.pot = {i: self.sections[item["section"]] for i, item in self.items.items()}
        apart = [[i for i in self.items if self.items[i]["section"] == section] for section in self.sections]
        self.groups = [[list(self.items)] if chamber["scope"] == "ballot" else apart for chamber in self.chambers]
        self.rivals = {i: [] for i in self.items}
        for i, j in combinations(sorted(self.items, key=lambda i: self.items[i]["number"]), 2):
            if i in self.items[j]["excludes"] or j in self.items[i]["excludes"]:
                self.rivals[i].append(j)
                self.rivals[j].append(i)
        self.lots = {i: hashlib.sha256(f"{manifest_hash}{self.seed}{i}".encode()).hexdigest() for i in self.items}
        if not self.seed:  # the ballot number stands in, and decides nothing: see settled_by
            self.lots = {i: f"{item['number']:020}" for i, item in self.items.items()}
        self.sums = [(box.votes, box.named, box.valid) for box in boxes]
        self.scores, self.common, self.keys, self.order, self.grants = self.award(self.sums, self.lots)
        ties = (list(tie) for _, tie in groupby(self.order, self.scores.__getitem__))
        self.ties = [tie for tie in ties if len(tie) > 1]

    def award(self, sums, lots):
        """Scores over a common denominator, the keys that items are ordered by, the order, and what each is granted."""
        parts = [(weight, self.figures(n, *sums[n])) for n, weight in enumerate(self.weights)]
        common, scores = lcm(*{weight.denominator * d for weight, figures in parts for _, d in figures.values()}), {}
        for i in self.items:
            scores[i] = sum(n * w.numerator * (common // (w.denominator * d)) for w, f in parts for n, d in (f[i],))
        columns = {"lot": lots, **{name: {i: -n for i, n in sums[c][0].items()} for c, name in enumerate(self.names)}}
        rules = self.rules["tie_order"]
        keys = {i: (-scores[i], *(self.tie_key(rule, i, columns) for rule in rules)) for i in self.items}
        order = sorted(self.items, key=keys.__getitem__)
        return scores, common, keys, order, self.fund(order, self.below(sums))

    def tie_key(self, rule, i, columns):
        item = self.items[i]
        known = {"cheaper": item["cost"], "dearer": -item["cost"], "ballot-number": item["number"]}
        return known[rule] if rule in known else columns[rule][i]

    def figures(self, n, votes, _, valid):
        """Item → numerator and denominator; nought where nobody voted."""
        found, rule = dict.fromkeys(self.items, (0, 1)), self.chambers[n]["normalisation"]
        for group in self.groups[n]:
            here = sorted(votes[i] for i in group)
            for i in group if any(here) else ():
                rank = bisect_left(here, votes[i]) + bisect_right(here, votes[i]) + 1  # from below, twice the mean
                found[i] = (rank if rule == "rank" else votes[i], divisor(rule, here, valid))
        return found

    def below(self, sums):
        """Item → the first chamber whose threshold it does not reach."""
        found = {}
        for chamber, (votes, named, valid) in zip(self.chambers, sums, strict=True):
            threshold = chamber["threshold"] or {"votes": 0}
            least = Fraction(threshold["share"]) * valid if "share" in threshold else threshold["votes"]
            for i, number in (named if "share" in threshold else votes).items():
                if number < least:
                    found.setdefault(i, chamber["id"])
        return found

    def fund(self, order, below):
        """Item → (won, reason, what the reason refers to), down the order."""
        left, used, grants = {pot["id"]: pot["cap"] for pot in self.rules["pots"]}, Counter(), {}
        stops = ("part_of_cost", "near_cover", "over_left" if self.policy == "stop" else "")
        quotas = [(rule, key, quota) for rule, key in QUOTAS.items() if (quota := self.rules["quotas"][rule])]

        def hindrance(i, won):
            for rival in self.rivals[i]:
                if rival in grants and grants[rival][0]:
                    return 0, "excluded", {"items": [rival]}
            for rule, key, quota in quotas:
                for limit, more in (("count", 1), ("cost", won)):
                    value = self.items[i][key]
                    if None not in (value, quota[limit]) and used[rule, value, limit] + more > quota[limit]:
                        return 0, "quota", {"quota": rule, "value": value, "limit": limit}
            return None

        def grant(i, granted):
            grants[i] = granted
            left[self.pot[i]] -= granted[0]
            for rule, key, _ in quotas if granted[0] else ():
                used[rule, self.items[i][key], "count"] += 1
                used[rule, self.items[i][key], "cost"] += granted[0]

        eligible, done, closed = [i for i in order if i not in below], set(), set()
        for i in eligible if self.rules["quotas"]["at_least_one_per_section"] else ():
            section, cost = self.items[i]["section"], self.items[i]["cost"]
            if section not in done and cost <= left[self.pot[i]] and not hindrance(i, cost):
                done.add(section)
                grant(i, (cost, "section_first", None))
        for i in [i for i in eligible if i not in grants]:
            pot = self.pot[i]
            offer = (0, "pot_closed", None) if pot in closed else (*self.offer(self.items[i], left[pot]), None)
            hindered = hindrance(i, offer[0] or self.items[i]["cost"])
            grant(i, hindered or offer)
            closed |= {pot} if not hindered and offer[1] in stops else set()
        return grants | {i: (0, "below_threshold", {"chamber": chamber}) for i, chamber in below.items()}

    def offer(self, item, left):
        """What the money left in an open pot gives an item."""
        cost, least = item["cost"], item["min_cost"]
        if cost <= left:
            return cost, "within_cap"
        if self.policy == "part" and least is not None and left >= least:
            return left, "part_of_cost"
        return (cost, "near_cover") if self.policy == "near" and left >= self.cover * cost else (0, "over_left")

    # ---- 5. Ties and margins (§4, §7) ---------------------------------------------------------------------------

    def fund_with(self, tie, changed):
        start = self.order.index(tie[0])
        return self.fund([*self.order[:start], *changed, *self.order[start + len(tie) :]], self.below(self.sums))

    def lost_to(self, i):
        """The items ahead in its tie, if it lacked money and would have had it at the head of the tie."""
        tie = next((tie for tie in self.ties if i in tie), [i])
        ahead = tie[: tie.index(i)]
        lacked = ahead and self.grants[i][1] in ("over_left", "pot_closed")
        if not lacked or not self.fund_with(tie, [i, *(j for j in tie if j != i)])[i][0]:
            return []
        return [j for j in ahead if self.grants[j][0]] or ahead

    def decides(self, tie):
        """Would other sums be given with one of the tied items at the head of the tie, or at its end?"""
        rests = [(i, [j for j in tie if j != i]) for i in tie]
        orders = [tie, *([i, *rest] for i, rest in rests), *([*rest, i] for i, rest in rests)]
        grants = [self.fund_with(tie, order) for order in orders]
        return len({tuple(granted[i][0] for i in self.items) for granted in grants}) > 1

    def with_more(self, i, more):
        """The sums if the first chamber gave an item more (fewer) votes: of those who voted, then of new people."""
        votes, named, valid = self.sums[self.first]
        votes, valid = votes | {i: votes[i] + more}, max(valid, 1)
        if self.chambers[self.first]["kind"] in ("approval", "choose-one"):
            named, valid = votes, max(valid, votes[i])
        return [*self.sums[: self.first], (votes, named, valid), *self.sums[self.first + 1 :]]

    def margin(self, i):
        """The fewest more votes that fund an item, or fewer that drop the last of a pot; None where no number does."""
        funded, lots = self.grants[i][0] > 0, self.lots
        if funded and i != [j for j in self.order if self.pot[j] == self.pot[i] and self.grants[j][0]][-1]:
            return None
        if not self.seed:  # a lot that is not drawn yet counts against the change
            lots = lots | {i: "" if funded else "~"}
        for more in self.steps(i, -1 if funded else 1):
            if (self.award(self.with_more(i, -more if funded else more), lots)[-1][i][0] > 0) != funded:
                return {"kind": "spare" if funded else "short", "votes": more}
        return None

    def steps(self, i, sign):
        """Outcomes change only where an order, a rank or a threshold does: there, and one vote beyond, we try."""
        (votes, named, valid), chamber = self.sums[self.first], self.chambers[self.first]
        group, threshold = next(group for group in self.groups[self.first] if i in group), chamber["threshold"] or {}
        bends = [valid - named[i], max((votes[j] for j in group if j != i), default=0) - votes[i]]
        turns = [*bends, *(other - votes[i] for other in votes.values()), threshold.get("votes", 0) - votes[i]]
        if share := Fraction(threshold.get("share", "0/1")):
            turns += [share * valid - named[i], *(other / share - named[i] for other in named.values())]
        most = votes[i] if sign < 0 else MOST
        turns = [1, most, *(sign * turn for turn in turns)]
        ends = sorted({1, most, *(sign * bend for bend in bends if 1 < sign * bend < most)})
        for low, high in pairwise(ends) if chamber["normalisation"] != "rank" and most > 1 else ():
            turns += self.crossings(i, sign, group, low, high)
        return sorted({step for turn in turns for step in (-(-turn // 1), turn // 1 + 1) if 1 <= step <= most})

    def crossings(self, i, sign, group, low, high):
        """At which numbers of votes two scores meet: times the divisor, scores are straight lines from low to high."""
        lines = []
        for sums in (self.with_more(i, sign * step) for step in (low, low + 1)):
            votes, _, valid = sums[self.first]
            below = divisor(self.chambers[self.first]["normalisation"], [votes[j] for j in group], valid)
            scores, common, *_ = self.award(sums, self.lots)
            lines.append([Fraction(scores[j] * below, common) for j in self.items])
        for (a, b), (c, d) in combinations(zip(*lines, strict=True), 2):
            if (rise := (b - a) - (d - c)) and 0 <= (c - a) / rise <= high - low:
                yield low + (c - a) / rise

    # ---- 6. The result (§6, §7; tally.md, appendix 1) -----------------------------------------------------------

    def result(self):
        items = list(self.item_rows())
        pots = [self.pot_row(pot, items) for pot in self.rules["pots"]]
        keys = ("code", "where", "holds", "numbers")
        gates = [dict(zip(keys, gate, strict=True)) for gate in self.gates(items, pots)]
        return {
            "version": 1, "manifest": self.hash, "round": self.rules["round"], "seed": self.seed,
            "chambers": [self.chamber_row(n, box) for n, box in enumerate(self.boxes)], "items": items, "pots": pots,
            "reserve": [row["id"] for row in items if row["reserve"]], "ties": [self.tie_row(tie) for tie in self.ties],
            "gates": gates, "publishable": all(gate["holds"] for gate in gates),
        }

    def tie_row(self, tie):
        settled = []
        for pair in pairwise(tie):
            keys = zip(self.rules["tie_order"], *(self.keys[i][1:] for i in pair), strict=True)
            settled.append(next(rule for rule, one, two in keys if one != two))
            drawn = self.seed or settled[-1] != "lot"
            hold(drawn, "rolls.json seed", f"추첨할 씨앗이 없음 · no seed for the lot between {pair}")
        score = exact(Fraction(self.scores[tie[0]], self.common))
        return {"items": tie, "score": score, "settled_by": settled, "decisive": self.decides(tie)}

    def chamber_row(self, n, box):
        votes, weight, first = sum(box.votes.values()), self.ballot_weight(n), self.ballot_weight(self.first)
        voted = {box.section[i] for i in box.votes if box.votes[i]}
        empty = [one for one in self.sections if one not in voted and self.chambers[n]["scope"] == "section"]
        return {
            "id": self.names[n], "weight": exact(self.weights[n]), "cast": box.cast, "valid": box.valid,
            "void": box.void, "repeated": box.repeated, "votes": votes, "picks": sum(box.named.values()),
            "note": None if votes else "all_zero", "empty_sections": empty, "lowered": box.lowered,
            "ballot_weight": None if weight is None else exact(weight),
            "ratio": exact(weight / first) if first and weight is not None else None,
        }

    def ballot_weight(self, n):
        return self.weights[n] / self.boxes[n].valid if self.boxes[n].valid else None

    def item_rows(self):
        running, reserve, figures = Counter(), 0, [self.figures(n, *sums) for n, sums in enumerate(self.sums)]
        for place, i in enumerate(self.order, 1):
            item, pot, (won, reason, reference), lost_to = self.items[i], self.pot[i], self.grants[i], self.lost_to(i)
            waits = not won and reason != "below_threshold"
            reserve, running[pot] = reserve + waits, running[pot] + won
            if lost_to:
                reason, reference = "lost_tie", {"items": lost_to}
            yield {
                "id": i, "number": item["number"], "section": item["section"], "pot": pot, "cost": item["cost"],
                "place": place, "tied_with": [j for tie in self.ties if i in tie for j in tie if j != i],
                "chambers": {name: {"votes": votes[i], "picks": named[i], "figure": exact(Fraction(*figures[n][i]))}
                             for n, (name, (votes, named, _)) in enumerate(zip(self.names, self.sums, strict=True))},
                "score": exact(Fraction(self.scores[i], self.common)), "reason": reason, "funded": won,
                "outcome": {0: "not_funded", item["cost"]: "funded"}.get(won, "part"), "running": running[pot],
                "reference": reference and NO_REFERENCE | reference, "reserve": reserve if waits else None,
                "margin": self.margin(i),
            }

    def pot_row(self, pot, items):
        paid = sum(row["funded"] for row in items if row["pot"] == pot["id"])
        left = pot["cap"] - paid
        return {"id": pot["id"], "cap": pot["cap"], "funded": paid, "left": max(left, 0), "excess": max(-left, 0)}

    def gates(self, items, pots):
        """Code, where, whether it holds, and its numbers."""
        people, present, by_item = (self.rolls[key] for key in ("participations", "present", "present_by_item"))
        for name, chamber, box in zip(self.names, self.chambers, self.boxes, strict=True):
            cast, valid, void, votes, named = box.cast, box.valid, box.void.total(), sum(box.votes.values()), box.named
            yield "ballots_add_up", name, valid + void == cast, {"valid": valid, "void": void, "cast": cast}
            if people is not None:
                numbers = {"cast": cast, "participations": sum(people.get(name, {}).values())}
                yield "ballots_equal_participations", name, cast == numbers["participations"], numbers
            picks, most = sum(named.values()), max(named.values())
            numbers = {"votes": votes, "votes_given": box.votes_given, "picks": picks, "picks_given": box.named_given}
            yield "votes_equal_picks", name, (votes, picks) == (box.votes_given, box.named_given), numbers
            yield "no_item_above_ballots", name, most <= valid, {"most": most, "valid": valid}
            sums = [(f"{name}/{section}", [named[i] for i in named if box.section[i] == section], box.picks[section])
                    for section in sorted(box.picks)]
            if chamber["kind"] == "choose-one" or chamber["total"] is not None:
                sums.append((name, named.values(), box.total))
            for where, some, (low, high) in sums:
                numbers = {"picks": sum(some), "least": low * valid, "most": high * valid, "valid": valid}
                yield "picks_within_rule", where, low * valid <= sum(some) <= high * valid, numbers
            if box.kind in ("cumulative", "scores"):
                top = chamber["score_range"]
                most = chamber["points_limit"] * valid if box.kind == "cumulative" else top[1] * picks
                yield "points_within_rule", name, votes <= most, {"points": votes, "most": most}
            if name in (present or {}):
                yield "ballots_within_present", name, cast <= present[name], {"cast": cast, "present": present[name]}
            for i, there in sorted((by_item or {}).get(name, {}).items()):
                yield "picks_within_present", f"{name}/{i}", named[i] <= there, {"picks": named[i], "present": there}
        for pot in pots:
            near = sum(row["funded"] for row in items if row["pot"] == pot["id"] and row["reason"] == "near_cover")
            numbers = {key: pot[key] for key in ("funded", "cap", "excess")}
            yield "funded_within_cap", pot["id"], pot["excess"] <= (1 - self.cover) * near, numbers
        yield "every_item_once", "items", True, dict.fromkeys(("items", "once", "lines"), len(items))

# ---- 7. The bundle (verify.md) ----------------------------------------------------------------------------------

class Bundle:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        self.sizes = {entry.filename: entry.file_size for entry in self.zip.infolist()}
        for name, times in Counter(self.zip.namelist()).items():
            hold(times == 1, name, "꾸러미에 두 번 들어 있음 · is in the bundle twice")
            most = LARGE if name.endswith((".jsonl", "leaves.txt")) or name.startswith("sealed/") else SMALL
            hold(self.sizes[name] <= most, name, "너무 큼 · is too large", most, self.sizes[name])

    def read(self, name):
        hold(name in self.sizes, name, "꾸러미에 없음 · is missing")
        return self.zip.read(name)

    def lines(self, name, digest):
        with BufferedReader(self.zip.open(name)) as file:
            for number, line in enumerate(iter(lambda: file.readline(LINE), b""), 1):
                hold(line.endswith(b"\n"), line_of(name, number), "끝나지 않은 줄 · the line does not end")
                digest.update(line)
                yield line[:-1]

def line_of(name, number):
    return f"{name} {number}번째 줄 · line {number}"

def read_box(bundle, box, certified):
    """Equal ballots lie side by side, for they are sorted: each is read once."""
    name, digest, before = f"ballots/{box.chamber['id']}.jsonl", hashlib.sha256(), b""
    for line, equal in groupby(bundle.lines(name, digest)):
        where = line_of(name, box.cast + 1)
        ballot = read_json(line, where)
        hold(before < line, where, "표가 순서대로 있지 않음 · ballots that are not sorted")
        sealed = not isinstance(ballot, dict) or not isinstance(ballot.get("choices"), list | dict)
        hold(sealed, where, "표에는 고른 것만 있어야 함 · a ballot is its choices and nothing else")
        box.add(ballot, sum(1 for _ in equal))
        before = line
    count = certified["count"]
    hold(box.cast == count, name, "표의 수가 인증서와 다름 · not as many ballots as certified", count, box.cast)
    ensure_hash(name, certified["sha256"], digest)

def ensure_hash(name, expected, digest):
    got = digest.hexdigest()
    hold(expected == got, name, "SHA-256이 인증서와 다름 · not the certified SHA-256", expected, got)

def ensure_signed(key, signature, message, where):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        hold(False, where, "규칙서의 열쇠로 한 서명이 아님 · not signed by the key in the rules")

class Tree:
    """RFC 9162; of the leaves, only the roots of full subtrees are kept."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, leaf):
        full, self.size = self.size, self.size + 1
        while full & 1:
            leaf, full = self.node(self.peaks.pop(), leaf), full >> 1
        self.peaks.append(leaf)

    def node(self, left, right):
        return hashlib.sha256(b"\x01" + left + right).digest()

    def root(self):
        root = self.peaks[-1] if self.peaks else hashlib.sha256().digest()
        for peak in self.peaks[-2::-1]:
            root = self.node(peak, root)
        return root.hex()

def read_checkpoint(name, note, origin, key):
    """Size and root of a C2SP signed note; signatures by others are passed over."""
    signature = "— [^ \n]+ (?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]{2}\n"
    written = re.fullmatch(f"(([^\n]+)\n(0|[1-9][0-9]{{0,18}})\n([A-Za-z0-9+/]{{43}}=)\n)\n((?:{signature})+)", note)
    hold(written, name, "체크포인트의 모양이 아님 · not a checkpoint")
    text, named, size, root, below = written.groups()
    hold(named == origin, name, "다른 투표함의 체크포인트 · of another box", origin, named)
    key_id, signed = hashlib.sha256(f"{origin}\n\x01".encode() + key).digest()[:4], 0
    for _, by, signature in (line.split(" ") for line in below.splitlines()):
        raw = base64.b64decode(signature)
        hold(base64.b64encode(raw).decode() == signature, name, "base64가 아님 · not base64", got=signature)
        if (by, raw[:4]) == (origin, key_id):
            ensure_signed(key, raw[4:], text.encode(), name)
            signed += 1
    hold(signed, name, "서명이 없음 · not signed")
    return int(size), base64.b64decode(root).hex()

def ensure_log(bundle, log, names, origin, key, ballots):
    tree, leaves = Tree(), bundle.lines("leaves.txt", hashlib.sha256())
    for name in names:
        size, root = read_checkpoint(name, bundle.read(name).decode(errors="replace"), origin, key)
        hold(tree.size <= size <= ballots, name, "앞보다 작거나 표보다 많음 · fewer than before or more than ballots",
             [tree.size, ballots], size)
        while tree.size < size:
            leaf = next(leaves, b"").decode(errors="replace")
            fit(leaf, "hash", line_of("leaves.txt", tree.size + 1))
            tree.add(bytes.fromhex(leaf))
        hold(tree.root() == root, name, "leaves.txt의 뿌리와 다름 · not the root of leaves.txt", tree.root(), root)
    hold(next(leaves, None) is None, "leaves.txt", "체크포인트보다 많음 · more than in the last checkpoint", tree.size)
    found = {"root": tree.root(), "size": tree.size}
    hold(log == found, "certificate.json log", "마지막 체크포인트와 다름 · not the last checkpoint", found, log)
    hold(tree.size == ballots, "leaves.txt", "표의 수와 다름 · not as many as ballots", ballots, tree.size)

def ensure_equal(ours, theirs, where):
    """Names the first place where two results differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        for key in ours:
            ensure_equal(ours[key], theirs[key], f"{where} {key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for n, (one, other) in enumerate(zip(ours, theirs, strict=True), 1):
            ensure_equal(one, other, f"{where} {n}")
    hold(canonical(ours) == canonical(theirs), where, "다시 센 것과 다름 · not what is counted", ours, theirs)

def check(path):
    """Rules, certificate and result; raises Wrong at the first thing that does not hold."""
    bundle = Bundle(path)
    raw = {name: bundle.read(f"{name}.json") for name in ("manifest", "certificate", "rolls", "result")}
    rules = read_shaped(raw["manifest"], "manifest.json")
    ensure_sense(rules)
    certificate = read_shaped(raw["certificate"], "certificate.json")
    ensure_hash("manifest.json", certificate["manifest"], hashlib.sha256(raw["manifest"]))
    chambers, log = [chamber["id"] for chamber in rules["chambers"]], certificate["log"]
    notes = sorted(name for name in bundle.sizes if name.startswith("checkpoints/")) or ["checkpoints/000001.txt"]
    names = {"README.txt", "recount.py", *(f"{name}.json" for name in raw)}
    kinds = ["ballots/{}.jsonl", "sealed/{}.txt"][: 2 if certificate.get("private_key") else 1]
    names |= {kind.format(name) for name in chambers for kind in kinds}
    names |= {"leaves.txt", *(f"checkpoints/{n:06}.txt" for n in range(1, len(notes) + 1))} if log else set()
    for name in sorted(names ^ bundle.sizes.keys()):
        hold(name not in names, name, "꾸러미에 없음 · is missing")
        hold(name in names, name, "있으면 안 되는 파일 · should not be there")
    for field, ours in (("round", rules["round"]), ("ballots", sorted(chambers))):
        theirs = sorted(certificate[field]) if field == "ballots" else certificate[field]
        hold(theirs == ours, f"certificate.json {field}", "규칙서와 다름 · not that of the rules", ours, theirs)
    key = bytes.fromhex(next((key[8:] for key in rules["keys"] if key.startswith("ed25519:")), ""))
    hold(bool(key) == bool(certificate["signature"]) and (key or not log), "certificate.json signature",
         "규칙서에 열쇠가 있을 때만 서명이 있어야 함 · there is a signature if, and only if, the rules name a key")
    unsigned = {field: value for field, value in certificate.items() if field != "signature"}
    if key:
        message = b"hanpyo certificate v1\n" + canonical(unsigned)
        ensure_signed(key, bytes.fromhex(certificate["signature"]), message, "certificate.json signature")
    hashes = {f"{name}.json": certificate[name] for name in ("rolls", "result")} | certificate.get("files", {})
    for name, expected in hashes.items():
        ensure_hash(name, expected, hashlib.sha256(bundle.read(name)))
    rolls, result = read_shaped(raw["rolls"], "rolls.json"), read_json(raw["result"], "result.json")
    items = {item["id"] for item in rules["items"]}
    known = all(set(rolls[field] or {}) <= set(chambers) for field in rolls.keys() - {"seed"})
    known = known and all(numbers.keys() <= items for numbers in (rolls["present_by_item"] or {}).values())
    hold(known, "rolls.json", "규칙서에 없는 집단이나 사업 · a chamber or an item that is not in the rules")
    boxes = [Box(rules, chamber, (rolls["lowered"] or {}).get(chamber["id"], {})) for chamber in rules["chambers"]]
    for box in boxes:
        read_box(bundle, box, certificate["ballots"][box.chamber["id"]])
    if log:
        origin = f"hanpyo/{rules['round']}/{certificate['manifest']}"
        ensure_log(bundle, log, notes, origin, key, sum(box.cast for box in boxes))
    ensure_equal(Count(rules, certificate["manifest"], boxes, rolls).result(), result, "result.json")
    for gate in result["gates"]:
        where = f"result.json {gate['code']} {gate['where']}"
        hold(gate["holds"], where, "지켜지지 않은 관문 · a broken gate", got=gate["numbers"])
    return rules, certificate, result

# ---- 8. In words ------------------------------------------------------------------------------------------------

SENTENCES = {
    "box": "{name}: 표 {cast}, 유효 {valid}, 무효 {bad} · {name}: {cast} ballots, {valid} valid, {bad} void",
    "item": "선정 {place}위 {title}: {funded:,} {currency} · funded, place {place}, {title}: {funded:,} {currency}",
    "pot": "{name}: 한도 {cap:,}, 선정 {funded:,}, 남음 {left:,}, 초과 {excess:,}"
           " · {name}: cap {cap:,}, given {funded:,}, left {left:,}, over {excess:,}",
    True: "인증서의 서명이 맞음 · The signature fits",
    False: "규칙서에 열쇠가 없어 서명이 없음 · Not signed: the rules name no key",
    "log": "투표함 기록 {size}건이 체크포인트와 맞음 · The log of {size} ballots fits its checkpoints",
    "good": "파일, 규칙, 해시, 표의 수, 다시 센 결과, 관문: 모두 맞습니다"
            " · Files, rules, hashes, numbers of ballots, the result counted anew, gates: everything holds",
}

def told(rules, certificate, result, lang):
    def say(sentence, **values):
        return SENTENCES[sentence].split(" · ")[lang == "en"].format(**values)

    def name(kind, i, field="name"):
        return next(one[field][lang] or one[field]["ko"] for one in rules[kind] if one["id"] == i)

    title = rules["title"][lang] or rules["title"]["ko"]
    yield f"{title} ({rules['programme']}, {rules['fiscal_year']}, {rules['round']})"
    for box in result["chambers"]:
        yield say("box", name=name("chambers", box["id"]), bad=box["cast"] - box["valid"], **box)
    for row in (row for row in result["items"] if row["funded"]):
        yield say("item", title=name("items", row["id"], "title"), currency=rules["currency"], **row)
    for pot in result["pots"]:
        yield say("pot", name=name("pots", pot["id"]), **pot)
    yield say(certificate["signature"] is not None)
    if certificate["log"]:
        yield say("log", **certificate["log"])
    yield say("good")

def main(arguments=None):
    here = "en" if str(locale.getlocale()[0]).lower().startswith("en") else "ko"
    parser = argparse.ArgumentParser(prog="recount.py")
    parser.add_argument("file", type=Path)
    parser.add_argument("--lang", choices=("ko", "en"), default=here)
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        parser.error(f"{options.file}: 파일이 없음 · no such file")
    status, lines = 1, []
    try:
        status, lines = 0, list(told(*check(options.file), options.lang))
    except Wrong as wrong:
        lines = [f"맞지 않습니다 · Does not hold: {wrong}"]
    except Exception as damage:  # whatever zipfile and zlib say
        said = f"{options.file.name}: 읽을 수 없는 zip · a zip that cannot be read: {damage!r}"
        lines = [f"맞지 않습니다 · Does not hold: {said}"]
    for line in lines:
        text = "".join(character if character.isprintable() else "?" for character in line)
        sys.stdout.buffer.write(f"{text}\n".encode())
    return status

if __name__ == "__main__":
    sys.exit(main())
