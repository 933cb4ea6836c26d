// The fewest votes more that would have funded an item, or the fewest less that would have dropped the last funded
// one of its pot: the count itself is run again for every number at which anything can change.
import { award } from './award.js';
import { figuresOf } from './order.js';
import { turnsOf } from './turns.js';

const ONE = { n: 1n, d: 1n };

// The sums of a chamber with `more` votes for one item. Approvals come from people who voted and then from new ones;
// points come from people who voted, or from one person.
function withVotes(own, place, more, onePointEach) {
  const changed = { votes: [...own.votes], picks: [...own.picks], valid: own.valid || 1n };
  changed.votes[place] += more;
  if (onePointEach) {
    changed.picks[place] += more;
    if (changed.picks[place] > changed.valid) changed.valid = changed.picks[place];
  }
  return changed;
}

// Whole numbers from 1 on, ascending: each point and the first whole number after it. With `sign` −1 up to `most`.
function stepsTo(points, sign, most) {
  const steps = new Set([1n]);
  if (sign < 0n) steps.add(most);
  for (const [n, d] of points) {
    const above = sign * n;
    if (above <= 0n) continue;
    steps.add((above + d - 1n) / d).add(above / d + 1n);
  }
  const within = [...steps].filter((step) => step > 0n && (sign > 0n || step <= most));
  return within.sort((one, two) => (one < two ? -1 : 1));
}

// A tie that only a lot not yet drawn could break counts against the change: the item comes last, or first.
const against = (lots, place, sign) => lots.with(place, sign > 0n ? '~' : '');

// Item → {kind, votes}; an item for which no number is enough has none.
export function marginsOf(rules, sums, official, lots, isDrawn) {
  const chamber = rules.chambers[rules.first];
  const own = sums[rules.first];
  const unit = (chamber.weight.n * official.common) / chamber.weight.d;
  const figures = official.parts[rules.first].figures;
  const others = official.scores.map((score, place) => score - (unit * figures[place].n) / figures[place].d);
  const rest = { weight: ONE, figures: others.map((n) => ({ n, d: official.common })) };

  function isFunded(place, more, lotsHere) {
    const changed = sums.with(rules.first, withVotes(own, place, more, chamber.onePointEach));
    const parts = [rest, { weight: chamber.weight, figures: figuresOf(rules, chamber, changed[rules.first]) }];
    return award(rules, changed, lotsHere, parts).grants[place].amount > 0n;
  }

  function fewest(place, sign) {
    const lotsHere = isDrawn ? lots : against(lots, place, sign);
    const points = turnsOf(rules, own, { scores: official.scores, others, unit }, place);
    return stepsTo(points, sign, own.votes[place]).find((step) => isFunded(place, sign * step, lotsHere) === sign > 0n);
  }

  const last = new Map();
  for (const place of official.order) if (official.grants[place].amount) last.set(rules.items[place].pot, place);
  const margins = new Map();
  for (const [place, { pot }] of rules.items.entries()) {
    const funded = official.grants[place].amount > 0n;
    if (funded && last.get(pot) !== place) continue;
    const votes = fewest(place, funded ? -1n : 1n);
    if (votes !== undefined) margins.set(place, { kind: funded ? 'spare' : 'short', votes });
  }
  return margins;
}
