// Whether a manifest makes sense: the first fault (a code of docs/tally.md, appendix 2) or null.
import { parse, ratio } from './rational.js';
import { shapeFault } from './shape.js';
import { mapOf } from './whole.js';

const TIE_RULES = ['cheaper', 'dearer', 'ballot-number', 'lot'];
const ONLY_FOR = { points_limit: 'cumulative', score_range: 'scores' };

const repeats = (values) => new Set(values).size < values.length;
const ids = (entries) => entries.map(({ id }) => id);
const isRange = ([low, high]) => low >= 0 && low <= high;
const kindOf = (key) => key.split(':')[0].replace(/-open$/, ''); // the box has one key, open or not
const sum = (numbers) => numbers.reduce((one, two) => one + two, 0);

function* lists(manifest) {
  if (manifest.version !== 1) yield 'version_unknown';
  if (manifest.closes_at <= manifest.opens_at) yield 'closes_before_opening';
  for (const kind of ['pots', 'sections', 'items', 'chambers']) {
    if (!manifest[kind].length) yield `no_${kind}`;
    if (repeats(ids(manifest[kind]))) yield 'repeated_id';
    if (ids(manifest[kind]).includes('')) yield 'id_empty';
  }
  for (const { cap } of manifest.pots) if (cap <= 0) yield 'cap_not_positive';
  for (const { pot } of manifest.sections) if (!ids(manifest.pots).includes(pot)) yield 'unknown_pot';
}

function* itemFaults({ items, sections, pots }) {
  if (repeats(items.map(({ number }) => number))) yield 'repeated_number';
  for (const { id, number, title, section, cost, min_cost: least, excludes } of items) {
    const pot = sections.find((one) => one.id === section)?.pot;
    if (number < 1) yield 'number_not_positive';
    if (!title.ko.trim()) yield 'title_empty';
    if (pot === undefined) yield 'unknown_section';
    if (cost === 0) yield 'cost_zero';
    if (cost < 0) yield 'cost_negative';
    if (cost > pots.find((one) => one.id === pot)?.cap) yield 'cost_above_cap';
    if (least !== null && !(least > 0 && least <= cost)) yield 'min_cost_out_of_range';
    if (excludes.includes(id)) yield 'excludes_itself';
    if (excludes.some((other) => !ids(items).includes(other))) yield 'unknown_item';
  }
}

function* pickFaults({ sections, items }, { kind, picks, total }) {
  const sizes = new Map(sections.map(({ id }) => [id, items.filter(({ section }) => section === id).length]));
  const rules = mapOf(picks);
  if (sections.some(({ id }) => !rules.has(id))) yield 'section_without_pick_rule';
  for (const [section, [low, high]] of rules) {
    if (!sizes.has(section)) yield 'unknown_section';
    else if (!isRange([low, high])) yield 'range_backwards';
    else if (low > sizes.get(section)) yield 'section_fewer_items_than_picks';
  }
  let [low, high] = total ?? [0, items.length];
  if (!isRange([low, high])) yield 'range_backwards';
  if (kind === 'choose-one') [low, high] = [Math.max(low, 1), Math.min(high, 1)];
  const least = sum([...rules.values()].map((range) => range[0]));
  const most = sum([...rules].map(([section, range]) => Math.min(range[1], sizes.get(section) ?? 0)));
  if (Math.max(low, least) > Math.min(high, most)) yield 'total_impossible';
}

function* chamberFaults(manifest, chamber) {
  if (TIE_RULES.includes(chamber.id)) yield 'reserved_id';
  yield* pickFaults(manifest, chamber);
  for (const [key, owner] of Object.entries(ONLY_FOR)) {
    if (chamber[key] === null && chamber.kind === owner) yield `${key}_missing`;
    if (chamber[key] !== null && chamber.kind !== owner) yield 'not_for_this_kind';
  }
  for (const key of ['money_limit', 'points_limit']) if (chamber[key] !== null && chamber[key] <= 0) yield 'limit_not_positive';
  const range = chamber.score_range;
  if (range && (!isRange(range) || range[1] === 0)) yield 'range_backwards';
  const { votes = 0, share = '0/1' } = chamber.threshold ?? {};
  const part = parse(share);
  if (votes < 0 || part.n > part.d) yield 'threshold_out_of_range';
}

function* ruleFaults({ chambers, tie_order: order, cap_policy: policy, quotas, keys }) {
  const weight = chambers.map((chamber) => parse(chamber.weight))
    .reduce((one, two) => ratio(one.n * two.d + two.n * one.d, one.d * two.d), { n: 0n, d: 1n });
  if (weight.n !== weight.d) yield 'weights_not_one';
  if (order.some((rule) => !TIE_RULES.includes(rule) && !ids(chambers).includes(rule))) yield 'unknown_tie_rule';
  if (repeats(order)) yield 'repeated_tie_rule';
  if (!order.includes('ballot-number') && !order.includes('lot')) yield 'tie_order_not_total';
  const cover = parse(policy.cover);
  if (cover && (!cover.n || cover.n > cover.d)) yield 'cover_out_of_range';
  for (const quota of [quotas.per_dong, quotas.per_section, quotas.per_proposer]) {
    if (quota && Object.values(quota).some((limit) => limit !== null && limit <= 0)) yield 'quota_not_positive';
  }
  if (repeats(keys.map(kindOf))) yield 'repeated_key';
}

function* meaningFaults(manifest) {
  yield* lists(manifest);
  yield* itemFaults(manifest);
  for (const chamber of manifest.chambers) yield* chamberFaults(manifest, chamber);
  yield* ruleFaults(manifest);
}

export const manifestFault = (manifest) => shapeFault(manifest) ?? meaningFaults(manifest).next().value ?? null;
