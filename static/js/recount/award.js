// Votes in, money out, in one step: taken once for the result and again, with other votes, for each margin.
import { encode } from './canonical.js';
import { fund } from './fund.js';
import { sha256Hex } from './hash.js';
import { figuresOf, inOrder, scoresOf, tieKeys } from './order.js';

export class Uncountable extends Error {}

// The text of each item under the rule `lot`. Without a seed the ballot number stands in.
export async function lotsOf(rules, seed) {
  if (seed === null) return rules.items.map(({ number }) => String(number).padStart(20, '0'));
  return Promise.all(rules.items.map(({ id }) => sha256Hex(encode(`${rules.hash}${seed}${id}`))));
}

const votesOf = (sums) => sums.map(({ votes }) => votes);

// `parts`: what the scores are made of, [{weight, figures}]; by default one for each chamber.
export function award(rules, sums, lots, parts = partsOf(rules, sums)) {
  const { scores, common } = scoresOf(parts);
  const keys = tieKeys(rules, votesOf(sums), lots);
  const order = inOrder(scores, keys);
  return { parts, scores, common, keys, order, grants: fund(rules, order, sums) };
}

const partsOf = (rules, sums) => rules.chambers.map((chamber, number) => (
  { weight: chamber.weight, figures: figuresOf(rules, chamber, sums[number]) }
));

// Without a seed no two items may be equal in all that comes before the lot.
export function ensureNoLotIsNeeded(rules, { scores, keys, order }) {
  const lot = rules.tieOrder.indexOf('lot');
  if (lot < 0) return;
  const before = [scores, ...keys.slice(0, lot)];
  order.slice(1).forEach((place, at) => {
    if (before.every((column) => column[place] === column[order[at]])) throw new Uncountable('lot');
  });
}
