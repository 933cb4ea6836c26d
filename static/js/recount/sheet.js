// The lines of a result: one for each item, with its reason, and one for each tie.
import { fund } from './fund.js';
import { settledBy, tiesOf } from './order.js';
import { ratio, shown, text } from './rational.js';

export const figure = (value) => ({ exact: text(value), shown: shown(value) });

// Who would get what, were the items of a tie in another order.
function fundedWith(rules, sums, { order }, group, changed) {
  const start = order.indexOf(group[0]);
  return fund(rules, [...order.slice(0, start), ...changed, ...order.slice(start + group.length)], sums);
}

const atHead = (group, place) => [place, ...group.filter((other) => other !== place)];
const atEnd = (group, place) => [...group.filter((other) => other !== place), place];

// With one of them moved to the head or the end of the tie, other sums would be given.
function isDecisive(rules, sums, official, group) {
  const differs = (changed) => fundedWith(rules, sums, official, group, changed)
    .some(({ amount }, place) => amount !== official.grants[place].amount);
  return group.some((place) => differs(atHead(group, place)) || differs(atEnd(group, place)));
}

export function tieRows(rules, sums, official) {
  const id = (place) => rules.items[place].id;
  return tiesOf(official.scores, official.order).map((group) => ({
    items: group.map(id),
    score: figure(ratio(official.scores[group[0]], official.common)),
    settled_by: group.slice(1).map((place, at) => settledBy(rules, official.keys, group[at], place)),
    decisive: isDecisive(rules, sums, official, group),
  }));
}

// The tied items ahead of one that lacked money there and would have had some at the head of the tie.
function lostTo(rules, sums, official, group, place) {
  const ahead = group.slice(0, Math.max(group.indexOf(place), 0));
  if (!ahead.length || !['over_left', 'pot_closed'].includes(official.grants[place].reason)) return [];
  if (!fundedWith(rules, sums, official, group, atHead(group, place))[place].amount) return [];
  const paid = ahead.filter((other) => official.grants[other].amount);
  return paid.length ? paid : ahead;
}

function referenceOf(rules, { rival, quota, chamber }, winners) {
  const items = winners.length ? winners : [rival].filter((place) => place !== undefined);
  if (!items.length && !quota && !chamber) return null;
  const nothing = { items: items.map((place) => rules.items[place].id), quota: null, value: null, limit: null, chamber: null };
  if (winners.length) return nothing;
  return { ...nothing, ...(quota && { quota: quota.rule, value: quota.value, limit: quota.limit }), chamber: chamber ?? null };
}

function outcome(amount, cost) {
  if (!amount) return 'not_funded';
  return amount === cost ? 'funded' : 'part';
}

// In order of place. `margins`: item → its margin.
export function itemRows(rules, sums, official, margins) {
  const groups = tiesOf(official.scores, official.order);
  const running = new Map();
  let reserve = 0;
  return official.order.map((place, at) => {
    const item = rules.items[place];
    const grant = official.grants[place];
    const group = groups.find((tied) => tied.includes(place)) ?? [];
    const winners = lostTo(rules, sums, official, group, place);
    const waits = !grant.amount && grant.reason !== 'below_threshold';
    running.set(item.pot, (running.get(item.pot) ?? 0n) + grant.amount);
    reserve += waits;
    return {
      id: item.id,
      number: item.number,
      section: rules.sections[item.section].id,
      pot: item.pot,
      cost: item.cost,
      place: at + 1,
      tied_with: group.filter((other) => other !== place).map((other) => rules.items[other].id),
      chambers: new Map(rules.chambers.map(({ id }, number) => {
        const { n, d } = official.parts[number].figures[place];
        return [id, { votes: sums[number].votes[place], picks: sums[number].picks[place], figure: figure(ratio(n, d)) }];
      })),
      score: figure(ratio(official.scores[place], official.common)),
      outcome: outcome(grant.amount, item.cost),
      funded: grant.amount,
      running: running.get(item.pot),
      reason: winners.length ? 'lost_tie' : grant.reason,
      reference: referenceOf(rules, grant, winners),
      reserve: waits ? reserve : null,
      margin: margins.get(place) ?? null,
    };
  });
}
