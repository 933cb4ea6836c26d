// Down the order, pot by pot, until the money is spent.

// Item → the first chamber in which it stays below a threshold.
function belowThreshold(rules, sums) {
  const below = new Map();
  rules.chambers.forEach((chamber, number) => {
    const { votes, picks, valid } = sums[number];
    votes.forEach((got, place) => {
      const tooFew = chamber.least !== null && got < chamber.least;
      const tooSmall = chamber.share && picks[place] * chamber.share.d < chamber.share.n * valid;
      if ((tooFew || tooSmall) && !below.has(place)) below.set(place, chamber.id);
    });
  });
  return below;
}

class Walk {
  constructor(rules) {
    this.rules = rules;
    this.left = new Map(rules.pots.map(({ id, cap }) => [id, cap]));
    this.closed = new Set();
    this.used = new Map(); // quota → {count, cost} so far
    this.grants = new Map();
  }

  // What the pot alone would give.
  offer({ pot, cost, minCost }) {
    const { policy, cover } = this.rules;
    const left = this.left.get(pot);
    if (this.closed.has(pot)) return { amount: 0n, reason: 'pot_closed' };
    if (cost <= left) return { amount: cost, reason: 'within_cap' };
    if (policy === 'part' && minCost !== null && left >= minCost) return { amount: left, reason: 'part_of_cost' };
    if (policy === 'near' && left * cover.d >= cover.n * cost) return { amount: cost, reason: 'near_cover' };
    return { amount: 0n, reason: 'over_left' };
  }

  // An exclusive item that was funded, or a quota that `amount` would exceed. Hindrances come before lack of money.
  hindrance({ rivals, quotas }, amount) {
    const rival = rivals.find((place) => this.grants.get(place)?.amount);
    if (rival !== undefined) return { amount: 0n, reason: 'excluded', rival };
    for (const { key, rule, value, count, cost } of quotas) {
      const used = this.used.get(key) ?? { count: 0n, cost: 0n };
      if (count !== null && used.count >= count) return { amount: 0n, reason: 'quota', quota: { rule, value, limit: 'count' } };
      if (cost !== null && used.cost + amount > cost) return { amount: 0n, reason: 'quota', quota: { rule, value, limit: 'cost' } };
    }
    return null;
  }

  pay(place, grant) {
    const { pot, quotas } = this.rules.items[place];
    this.grants.set(place, grant);
    this.left.set(pot, this.left.get(pot) - grant.amount);
    for (const { key } of quotas) {
      const used = this.used.get(key) ?? { count: 0n, cost: 0n };
      this.used.set(key, { count: used.count + 1n, cost: used.cost + grant.amount });
    }
  }

  // At least one of each section: the best-placed that fits whole, before all others.
  takeOneOfEachSection(order) {
    const served = new Set();
    for (const place of order) {
      const item = this.rules.items[place];
      if (served.has(item.section) || item.cost > this.left.get(item.pot) || this.hindrance(item, item.cost)) continue;
      served.add(item.section);
      this.pay(place, { amount: item.cost, reason: 'section_first' });
    }
  }

  take(place) {
    const item = this.rules.items[place];
    const offer = this.offer(item);
    const hindrance = this.hindrance(item, offer.amount || item.cost);
    if (hindrance) this.grants.set(place, hindrance);
    else if (offer.amount) this.pay(place, offer);
    else this.grants.set(place, offer);
    const isLast = ['part_of_cost', 'near_cover'].includes(offer.reason) || (this.rules.policy === 'stop' && offer.reason === 'over_left');
    if (!hindrance && isLast) this.closed.add(item.pot);
  }
}

// One grant per item, by its place in the manifest: {amount, reason} and the rival, quota or chamber behind the reason.
export function fund(rules, order, sums) {
  const below = belowThreshold(rules, sums);
  const walk = new Walk(rules);
  const eligible = order.filter((place) => !below.has(place));
  if (rules.oneOfEachSection) walk.takeOneOfEachSection(eligible);
  for (const place of eligible) if (!walk.grants.has(place)) walk.take(place);
  return rules.items.map((_, place) => (
    below.has(place) ? { amount: 0n, reason: 'below_threshold', chamber: below.get(place) } : walk.grants.get(place)
  ));
}
