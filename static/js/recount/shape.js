// What a manifest looks like, key by key. Each check gives the first fault (a code of docs/tally.md, appendix 2) or null.
import { parse } from './rational.js';

const unless = (holds, fault) => (holds ? null : fault);
const first = (faults) => faults.find(Boolean) ?? null;

const text = (value) => unless(typeof value === 'string', 'not_text');
const whole = (value) => unless(typeof value === 'number', 'not_whole'); // canonical JSON has no others
const truth = (value) => unless(typeof value === 'boolean', 'not_true_or_false');
const fraction = (value) => unless(parse(value), 'not_a_fraction');
const oneOf = (...words) => (value) => unless(words.includes(value), 'not_one_of');
const orNull = (check) => (value) => (value === null ? null : check(value));
const listOf = (check) => (value) => (Array.isArray(value) ? first(value.map(check)) : 'not_a_list');
const pair = (value) => (Array.isArray(value) && value.length === 2 ? listOf(whole)(value) : 'not_a_range');
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapOf = (check) => (value) => (isObject(value) ? first(Object.values(value).map(check)) : 'not_an_object');

// Exactly these keys.
const record = (checks) => (value) => {
  if (!isObject(value)) return 'not_an_object';
  if (Object.keys(value).some((key) => !Object.hasOwn(checks, key))) return 'unknown_key';
  return first(Object.entries(checks).map(([key, check]) => (Object.hasOwn(value, key) ? check(value[key]) : 'missing')));
};

// UTC to the second, of a day that there is.
function instant(value) {
  const isSpelt = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
  const milliseconds = isSpelt ? Date.parse(value) : NaN;
  const isDay = !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === value.replace('Z', '.000Z');
  return unless(isDay, 'not_an_instant');
}

const KEY = /^(?:ed25519:[0-9a-f]{64}|hpke-p256(?:-open)?:[0-9a-f]{130})$/;
const publicKey = (value) => unless(typeof value === 'string' && KEY.test(value), 'not_a_key');

const names = record({ ko: text, en: text });
const quota = orNull(record({ count: orNull(whole), cost: orNull(whole) }));
const threshold = (value) => record('share' in Object(value) ? { share: fraction } : { votes: whole })(value);
const POLICY = oneOf('skip', 'stop', 'part', 'near');
const policy = (value) => record(value?.kind === 'near' ? { kind: POLICY, cover: fraction } : { kind: POLICY })(value);

export const shapeFault = record({
  version: whole, round: text, programme: text, fiscal_year: whole, title: names, currency: text,
  opens_at: instant, closes_at: instant,
  pots: listOf(record({ id: text, name: names, cap: whole })),
  sections: listOf(record({ id: text, name: names, pot: text })),
  items: listOf(record({
    id: text, number: whole, section: text, title: names, dong: orNull(text), cost: whole, min_cost: orNull(whole),
    proposer: orNull(text), excludes: listOf(text),
  })),
  chambers: listOf(record({
    id: text, name: names, weight: fraction, kind: oneOf('approval', 'choose-one', 'ranking', 'cumulative', 'scores'),
    picks: mapOf(pair), total: orNull(pair), money_limit: orNull(whole), points_limit: orNull(whole),
    score_range: orNull(pair), normalisation: oneOf('share', 'turnout', 'top', 'rank', 'raw'),
    scope: oneOf('ballot', 'section'), threshold: orNull(threshold),
  })),
  cap_policy: policy, tie_order: listOf(text),
  quotas: record({ per_dong: quota, per_section: quota, per_proposer: quota, at_least_one_per_section: truth }),
  keys: listOf(publicKey),
});
