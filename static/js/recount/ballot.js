// One ballot held to the rules of its chamber.
const ENVELOPE = ['choices', 'barred', 'channel'];
const LISTS = ['approval', 'choose-one', 'ranking'];
const WRONG_SHAPE = { fault: 'wrong_shape', repeated: false };

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const least = (one, two) => (one < two ? one : two);

// The fewest and the most picks of each section and in all. Recusals (`barred`) lower both to what is left to pick;
// `lowered` is the fewest that anybody in the chamber was asked for.
export function limitsOf(rules, chamber, lowered, barred) {
  let sections = chamber.picks.map(([low, high], place) => [least(low, lowered.get(rules.sections[place].id) ?? low), high]);
  let [low, high] = chamber.total ?? [0, rules.items.length];
  if (chamber.kind === 'choose-one') [low, high] = [Math.max(low, 1), least(high, 1)];
  low = least(low, lowered.get('') ?? low);
  if (barred.size) {
    const open = rules.sections.map(({ items }) => items.filter((place) => !barred.has(rules.items[place].id)).length);
    sections = sections.map((pair, place) => pair.map((limit) => least(limit, open[place])));
    const most = sections.reduce((sum, pair) => sum + pair[1], 0);
    [low, high] = [least(low, most), least(high, most)];
  }
  return { sections, total: [low, high] };
}

function faultOfPicks(rules, chamber, limits, barred, ids) {
  const counts = rules.sections.map(() => 0);
  let cost = 0n;
  for (const id of ids) {
    const item = rules.items[rules.places.get(id)];
    if (!item) return 'unknown_item';
    if (barred.has(id)) return 'barred_item';
    counts[item.section] += 1;
    cost += item.cost;
  }
  for (const [place, [low, high]] of limits.sections.entries()) {
    if (counts[place] < low) return 'too_few_in_section';
    if (counts[place] > high) return 'too_many_in_section';
  }
  if (ids.length < limits.total[0]) return 'too_few';
  if (ids.length > limits.total[1]) return 'too_many';
  return chamber.money_limit !== null && cost > BigInt(chamber.money_limit) ? 'over_money' : null;
}

function faultOfPoints(chamber, values) {
  const [low, high] = chamber.score_range ?? [1, Infinity];
  if (values.some((value) => value < low || value > high)) return 'out_of_range';
  const given = values.reduce((sum, value) => sum + BigInt(value), 0n);
  return chamber.points_limit !== null && given > BigInt(chamber.points_limit) ? 'over_points' : null;
}

// Of k ranks that may be given in a section, the first gets k points and each next one point less.
function pointsOfRanks(rules, limits, ids) {
  const left = limits.sections.map(([, high]) => least(high, limits.total[1]));
  return ids.map((id) => {
    const { section } = rules.items[rules.places.get(id)];
    left[section] -= 1;
    return BigInt(left[section] + 1);
  });
}

// `read(ballot)` → {fault: code or null, repeated, ids, points, barred, channel}; of several faults the first is named.
export function ballotReader(rules, chamber, lowered) {
  const unbarred = limitsOf(rules, chamber, lowered, new Set());

  function readList(ballot, barred, limits) {
    if (!Array.isArray(ballot) || ballot.some((entry) => typeof entry === 'object' && entry !== null)) return WRONG_SHAPE;
    const ids = [...new Set(ballot.map((entry) => (typeof entry === 'boolean' ? Number(entry) : entry)))]; // true is 1
    const fault = faultOfPicks(rules, chamber, limits, barred, ids);
    const points = !fault && chamber.kind === 'ranking' ? pointsOfRanks(rules, unbarred, ids) : ids.map(() => 1n);
    return { fault, repeated: ids.length < ballot.length, ids, points };
  }

  function readPoints(ballot, barred, limits) {
    if (!isObject(ballot) || Object.values(ballot).some((value) => typeof value !== 'number')) return WRONG_SHAPE;
    // No points out of a sum is the same as not naming the item; a score of nought is a score.
    const named = Object.keys(ballot).sort().filter((id) => ballot[id] !== 0 || chamber.kind === 'scores');
    const values = named.map((id) => ballot[id]);
    const fault = faultOfPicks(rules, chamber, limits, barred, named) ?? faultOfPoints(chamber, values);
    return { fault, repeated: false, ids: named, points: values.map(BigInt) };
  }

  function readChoices(choices, barred) {
    const limits = barred.size ? limitsOf(rules, chamber, lowered, barred) : unbarred;
    return (LISTS.includes(chamber.kind) ? readList : readPoints)(choices, barred, limits);
  }

  return (ballot) => {
    if (!isObject(ballot) || !Object.hasOwn(ballot, 'choices') || typeof (ballot.choices ?? 0) !== 'object') {
      return readChoices(ballot, new Set());
    }
    const { choices, barred = [], channel = '' } = ballot;
    const known = Object.keys(ballot).every((key) => ENVELOPE.includes(key)) && typeof channel === 'string';
    if (!known || !Array.isArray(barred) || barred.some((id) => typeof id !== 'string')) return WRONG_SHAPE;
    const names = new Set(barred);
    return { ...readChoices(choices, names), barred: names, channel };
  };
}
