// The count: rules and ballots in, the result out as it is published.
import { award, ensureNoLotIsNeeded, lotsOf, Uncountable } from './award.js';
import { addUp } from './box.js';
import { gatesOf } from './gates.js';
import { marginsOf } from './margins.js';
import { ratio } from './rational.js';
import { figure, itemRows, tieRows } from './sheet.js';

const object = (value) => new Map(Object.entries(value ?? {}));
const sum = (numbers) => numbers.reduce((one, two) => one + two, 0n);

// The weight of one ballot.
const weightOf = ({ chamber, valid }) => (valid ? ratio(chamber.weight.n, chamber.weight.d * valid) : null);

function chamberRow(rules, own, first) {
  const { chamber } = own;
  const votes = sum(own.votes);
  const [weight, measure] = [weightOf(own), weightOf(first)];
  const isEmpty = ({ items }) => !items.some((place) => own.votes[place]);
  return {
    id: chamber.id,
    weight: figure(chamber.weight),
    cast: own.cast,
    valid: own.valid,
    void: own.void,
    repeated: own.repeated,
    votes,
    picks: sum(own.picks),
    note: votes ? null : 'all_zero',
    empty_sections: chamber.scope === 'section' ? rules.sections.filter(isEmpty).map(({ id }) => id) : [],
    lowered: own.lowered,
    ballot_weight: weight && figure(weight),
    ratio: weight && measure?.n ? figure(ratio(weight.n * measure.d, weight.d * measure.n)) : null,
  };
}

function potRow({ id, cap }, rows) {
  const funded = sum(rows.filter(({ pot }) => pot === id).map((row) => row.funded));
  return { id, cap, funded, left: funded < cap ? cap - funded : 0n, excess: funded > cap ? funded - cap : 0n };
}

function ensureKnown(rules, named) {
  const known = rules.chambers.map(({ id }) => id);
  for (const chamber of named) if (!known.includes(chamber)) throw new Uncountable(chamber);
}

// `ballots`: chamber → pairs of a ballot and how often it is in the box. `rolls`: as in a bundle's rolls.json.
export async function count(rules, ballots, rolls) {
  const { participations, present, present_by_item: byItem, lowered } = rolls;
  for (const one of [participations, present, byItem, lowered]) ensureKnown(rules, object(one).keys());
  ensureKnown(rules, ballots.keys());
  const seed = rolls.seed || null;
  const sums = rules.chambers.map((chamber) => (
    addUp(rules, chamber, ballots.get(chamber.id) ?? [], object(object(lowered).get(chamber.id)))
  ));
  const lots = await lotsOf(rules, seed);
  const official = award(rules, sums, lots);
  if (seed === null) ensureNoLotIsNeeded(rules, official);
  const items = itemRows(rules, sums, official, marginsOf(rules, sums, official, lots, seed !== null));
  const gates = gatesOf(rules, sums, items, rolls);
  return {
    version: 1,
    manifest: rules.hash,
    round: rules.round,
    seed,
    chambers: sums.map((own) => chamberRow(rules, own, sums[rules.first])),
    items,
    pots: rules.pots.map((pot) => potRow(pot, items)),
    reserve: items.filter(({ reserve }) => reserve !== null).map(({ id }) => id),
    ties: tieRows(rules, sums, official),
    gates,
    publishable: gates.every(({ holds }) => holds),
  };
}
