// From votes to figures, from figures to scores, from scores to an order. All exact.
import { lcm } from './rational.js';

const highest = (numbers) => numbers.reduce((one, two) => (two > one ? two : one), 0n);
const sum = (numbers) => numbers.reduce((one, two) => one + two, 0n);

// Votes of one scope → [numerators, denominator].
const NORMALISATIONS = {
  share: (votes) => [votes, sum(votes)],
  turnout: (votes, valid) => [votes, valid],
  top: (votes) => [votes, highest(votes)],
  raw: (votes) => [votes, 1n],
  // (m − r + 1) / m over 2m: the mean place r of tied items is half of its first and last place.
  rank(votes) {
    const m = BigInt(votes.length);
    const places = new Map();
    [...votes].sort((one, two) => (one > two ? -1 : 1)).forEach((number, place) => {
      const [first] = places.get(number) ?? [BigInt(place + 1)];
      places.set(number, [first, BigInt(place + 1)]);
    });
    return [votes.map((number) => 2n * m + 2n - places.get(number)[0] - places.get(number)[1]), 2n * m];
  },
};

// One {n, d} per item, not in lowest terms. A scope without any vote has nought throughout.
export function figuresOf(rules, { normalisation, scope }, { votes, valid }) {
  const figures = votes.map(() => ({ n: 0n, d: 1n }));
  const scopes = scope === 'section' ? rules.sections.map(({ items }) => items) : [[...votes.keys()]];
  for (const group of scopes) {
    const here = group.map((place) => votes[place]);
    if (!here.some(Boolean)) continue;
    const [above, below] = NORMALISATIONS[normalisation](here, valid);
    group.forEach((place, at) => { figures[place] = { n: above[at], d: below }; });
  }
  return figures;
}

// Σ weight × figure as whole numbers over one denominator. `parts`: [{weight, figures}].
export function scoresOf(parts) {
  const below = new Set();
  for (const { weight, figures } of parts) for (const { d } of figures) below.add(weight.d * d);
  const common = [...below].reduce(lcm, 1n);
  const scores = parts[0].figures.map(() => 0n);
  for (const { weight, figures } of parts) {
    const scale = new Map();
    figures.forEach(({ n, d }, place) => {
      if (!scale.has(d)) scale.set(d, (weight.n * common) / (weight.d * d));
      scores[place] += n * scale.get(d);
    });
  }
  return { scores, common };
}

const opposite = (numbers) => numbers.map((number) => -number);

// One list of keys for each rule of the tie order; the smaller key comes first. `votes`: one list for each chamber.
export function tieKeys(rules, votes, lots) {
  const costs = rules.items.map(({ cost }) => cost);
  const known = new Map([
    ['cheaper', costs], ['dearer', opposite(costs)], ['ballot-number', rules.items.map(({ number }) => number)], ['lot', lots],
    ...rules.chambers.map(({ id }, chamber) => [id, opposite(votes[chamber])]),
  ]);
  return rules.tieOrder.map((rule) => known.get(rule));
}

// Items by their place in the manifest, the best first.
export function inOrder(scores, keys) {
  return [...scores.keys()].sort((one, two) => {
    if (scores[one] !== scores[two]) return scores[one] > scores[two] ? -1 : 1;
    const telling = keys.find((column) => column[one] !== column[two]);
    return !telling || telling[one] < telling[two] ? -1 : 1;
  });
}

// Groups of two and more with exactly the same score.
export function tiesOf(scores, order) {
  const groups = [];
  order.forEach((place, at) => {
    if (at && scores[place] === scores[order[at - 1]]) groups.at(-1).push(place);
    else groups.push([place]);
  });
  return groups.filter((group) => group.length > 1);
}

export const settledBy = (rules, keys, one, two) => rules.tieOrder[keys.findIndex((column) => column[one] !== column[two])];
