// What must be true of every result. Each gate: {code, where, holds, numbers}.
const sum = (numbers) => [...numbers].reduce((one, two) => one + two, 0n);
const highest = (numbers) => numbers.reduce((one, two) => (two > one ? two : one), 0n);
const object = (value) => new Map(Object.entries(value ?? {}));

function* box({ chamber, cast, valid, void: reasons, channels }, participations) {
  const voided = sum(reasons.values());
  yield { code: 'ballots_add_up', where: chamber.id, holds: valid + voided === cast, numbers: { valid, void: voided, cast } };
  if (participations === null) return;
  const roll = new Map([...object(object(participations).get(chamber.id))].map(([channel, n]) => [channel, BigInt(n)]));
  const compare = (where, here, people) => (
    { code: 'ballots_equal_participations', where, holds: here === people, numbers: { cast: here, participations: people } }
  );
  yield compare(chamber.id, cast, sum(roll.values()));
  if (!channels.size) return;
  for (const channel of [...new Set([...channels.keys(), ...roll.keys()])].sort()) {
    yield compare(`${chamber.id}/${channel}`, channels.get(channel) ?? 0n, roll.get(channel) ?? 0n);
  }
}

function* votes(sums) {
  const numbers = { votes: sum(sums.votes), votes_given: sums.votesGiven, picks: sum(sums.picks), picks_given: sums.picksGiven };
  const holds = numbers.votes === numbers.votes_given && numbers.picks === numbers.picks_given;
  yield { code: 'votes_equal_picks', where: sums.chamber.id, holds, numbers };
  const most = highest(sums.picks);
  const { valid } = sums;
  yield { code: 'no_item_above_ballots', where: sums.chamber.id, holds: most <= valid, numbers: { most, valid } };
}

// With exactly k picks asked for, k × valid ballots, less what recusals take away.
function* pickRules(rules, { chamber, lowered, picks, valid, fewer }) {
  const within = (where, sumHere, [low, high], lowest, less) => {
    const least = BigInt(lowest < low ? lowest : low) * valid - less[0];
    const most = BigInt(high) * valid - less[1];
    return { code: 'picks_within_rule', where, holds: least <= sumHere && sumHere <= most, numbers: { picks: sumHere, least, most, valid } };
  };
  const places = [...rules.sections.keys()].sort((one, two) => (rules.sections[one].id < rules.sections[two].id ? -1 : 1));
  for (const place of places) {
    const { id, items } = rules.sections[place];
    const here = sum(items.map((item) => picks[item]));
    yield within(`${chamber.id}/${id}`, here, chamber.picks[place], lowered.get(id) ?? chamber.picks[place][0], fewer.sections[place]);
  }
  const total = chamber.kind === 'choose-one' ? [1, 1] : chamber.total;
  if (total) yield within(chamber.id, sum(picks), total, lowered.get('') ?? total[0], fewer.total);
}

function* points({ chamber, votes: given, picks, valid }) {
  const { points_limit: limit, score_range: range } = chamber;
  if (limit === null && range === null) return;
  const most = limit !== null ? BigInt(limit) * valid : BigInt(range[1]) * sum(picks);
  yield { code: 'points_within_rule', where: chamber.id, holds: sum(given) <= most, numbers: { points: sum(given), most } };
}

function* presence(rules, { chamber, cast, picks }, rolls) {
  const present = object(rolls.present).get(chamber.id);
  if (present !== undefined) {
    yield { code: 'ballots_within_present', where: chamber.id, holds: cast <= BigInt(present), numbers: { cast, present } };
  }
  for (const [item, people] of [...object(object(rolls.present_by_item).get(chamber.id))].sort()) {
    const here = picks[rules.places.get(item)];
    yield { code: 'picks_within_present', where: `${chamber.id}/${item}`, holds: here <= BigInt(people), numbers: { picks: here, present: people } };
  }
}

// Only the last item under `near` may reach over the cap, and only as far as `cover` lets it.
function* pots(rules, rows) {
  for (const { id, cap } of rules.pots) {
    const here = rows.filter((row) => row.pot === id);
    const funded = sum(here.map((row) => row.funded));
    const near = here.filter((row) => row.reason === 'near_cover');
    const { cover } = rules;
    const over = cover && near.length === 1 ? ((cover.d - cover.n) * near[0].funded) / cover.d : 0n;
    const excess = funded > cap ? funded - cap : 0n;
    yield { code: 'funded_within_cap', where: id, holds: funded <= cap + over, numbers: { funded, cap, excess } };
  }
}

function everyItemOnce(rules, rows) {
  const once = rules.items.filter(({ id }) => rows.filter((row) => row.id === id).length === 1).length;
  const numbers = { items: rules.items.length, once, lines: rows.length };
  return { code: 'every_item_once', where: 'items', holds: once === numbers.items && once === numbers.lines, numbers };
}

export function gatesOf(rules, sums, rows, rolls) {
  const ofChambers = sums.flatMap((own) => [
    ...box(own, rolls.participations), ...votes(own), ...pickRules(rules, own), ...points(own), ...presence(rules, own, rolls),
  ]);
  return [...ofChambers, ...pots(rules, rows), everyItemOnce(rules, rows)];
}
