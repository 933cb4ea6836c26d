// A manifest made ready to count by: sums of money are BigInts, and what refers to an item is its place in the list.
import { parse } from './rational.js';

const big = (value) => (value === null ? null : BigInt(value));

// An item without a dong, or without a proposer, falls under no such quota.
function quotasOf(item, quotas) {
  const named = { per_dong: item.dong, per_section: item.section, per_proposer: item.proposer };
  return Object.entries(named)
    .filter(([rule, value]) => quotas[rule] !== null && value !== null)
    .map(([rule, value]) => ({
      rule, value, key: JSON.stringify([rule, value]), count: big(quotas[rule].count), cost: big(quotas[rule].cost),
    }));
}

// To exclude holds in both directions, even if only one of the two names the other. Lowest ballot number first.
function rivalsOf(items) {
  const places = new Map(items.map((item, place) => [item.id, place]));
  const rivals = items.map(() => new Set());
  items.forEach((item, place) => item.excludes.forEach((other) => {
    rivals[place].add(places.get(other));
    rivals[places.get(other)].add(place);
  }));
  return rivals.map((places) => [...places].sort((one, two) => items[one].number - items[two].number));
}

function chamberOf(chamber, sections) {
  const threshold = chamber.threshold ?? {};
  return {
    ...chamber,
    weight: parse(chamber.weight),
    picks: sections.map((section) => new Map(Object.entries(chamber.picks)).get(section.id)),
    onePointEach: chamber.kind === 'approval' || chamber.kind === 'choose-one',
    least: big(threshold.votes ?? null),
    share: parse(threshold.share),
  };
}

export function rulesOf(manifest, hash) {
  const sections = manifest.sections.map((section) => ({ ...section, items: [] }));
  const rivals = rivalsOf(manifest.items);
  const items = manifest.items.map((item, place) => {
    const section = sections.findIndex(({ id }) => id === item.section);
    sections[section].items.push(place);
    return {
      id: item.id, number: item.number, title: item.title, section, pot: sections[section].pot, cost: big(item.cost),
      minCost: big(item.min_cost), quotas: quotasOf(item, manifest.quotas), rivals: rivals[place],
    };
  });
  const residents = manifest.chambers.findIndex(({ id }) => id === 'residents');
  return {
    hash,
    round: manifest.round,
    sections,
    items,
    pots: manifest.pots.map(({ id, cap }) => ({ id, cap: big(cap) })),
    chambers: manifest.chambers.map((chamber) => chamberOf(chamber, sections)),
    first: Math.max(residents, 0), // whose votes margins are told in
    places: new Map(items.map((item, place) => [item.id, place])),
    policy: manifest.cap_policy.kind,
    cover: parse(manifest.cap_policy.cover),
    tieOrder: manifest.tie_order,
    oneOfEachSection: manifest.quotas.at_least_one_per_section,
  };
}
