// The ballots of one chamber added up.
import { ballotReader, limitsOf } from './ballot.js';

const sum = (numbers) => numbers.reduce((one, two) => one + two, 0n);

function emptySums(rules, chamber, lowered) {
  return {
    chamber, lowered, cast: 0n, valid: 0n, void: new Map(), repeated: 0n,
    votes: rules.items.map(() => 0n), picks: rules.items.map(() => 0n),
    votesGiven: 0n, picksGiven: 0n, // the same sums taken ballot by ballot
    channels: new Map(),
    fewer: { sections: rules.sections.map(() => [0n, 0n]), total: [0n, 0n] }, // what recusals take off the pick rules
  };
}

const grow = (map, key, times) => map.set(key, (map.get(key) ?? 0n) + times);

function addFewer(into, full, limits, times) {
  into.forEach((so_far, bound) => { into[bound] = so_far + times * BigInt(full[bound] - limits[bound]); });
}

function addValid(sums, rules, reading, times) {
  sums.valid += times;
  sums.picksGiven += times * BigInt(reading.ids.length);
  sums.votesGiven += times * sum(reading.points);
  reading.ids.forEach((id, at) => {
    const place = rules.places.get(id);
    sums.picks[place] += times;
    sums.votes[place] += times * reading.points[at];
  });
}

// `ballots`: pairs of a ballot and how often it is in the box. `lowered`: section ('' for all) → the fewest picks.
export function addUp(rules, chamber, ballots, lowered) {
  const sums = emptySums(rules, chamber, lowered);
  const read = ballotReader(rules, chamber, lowered);
  const full = limitsOf(rules, chamber, lowered, new Set());
  for (const [ballot, count] of ballots) {
    const times = BigInt(count);
    const reading = read(ballot);
    sums.cast += times;
    if (reading.repeated) sums.repeated += times;
    if (reading.channel) grow(sums.channels, reading.channel, times);
    if (reading.fault) {
      grow(sums.void, reading.fault, times);
      continue;
    }
    addValid(sums, rules, reading, times);
    if (reading.barred?.size) {
      const limits = limitsOf(rules, chamber, lowered, reading.barred);
      sums.fewer.sections.forEach((fewer, place) => addFewer(fewer, full.sections[place], limits.sections[place], times));
      addFewer(sums.fewer.total, full.total, limits.total, times);
    }
  }
  return sums;
}
