// At which numbers of votes for one item can anything change? While nothing turns, every score is (a + b t) over one
// common divisor, t being the votes added (below 0: taken away). So two items change places once at most: where their
// lines meet. Besides that there are the points where a threshold, a rank or a tie rule turns.
const sum = (numbers) => numbers.reduce((one, two) => one + two, 0n);
const highest = (numbers) => numbers.reduce((one, two) => (two > one ? two : one), 0n);

// What votes are divided by: alpha + beta t for low ≤ t ≤ high.
function spansOf(chamber, own, group, place) {
  const votes = own.votes[place];
  const others = group.filter((other) => other !== place).map((other) => own.votes[other]);
  const best = highest(others);
  const room = own.valid - own.picks[place]; // so many voters have not approved of it
  switch (chamber.normalisation) {
    case 'share': return [{ alpha: sum(others) + votes, beta: 1n }];
    case 'top': return [{ alpha: best, beta: 0n, high: best - votes }, { alpha: votes, beta: 1n, low: best - votes }];
    case 'turnout': return chamber.onePointEach
      ? [{ alpha: own.valid, beta: 0n, high: room }, { alpha: own.picks[place], beta: 1n, low: room }]
      : [{ alpha: own.valid || 1n, beta: 0n }];
    case 'raw': return [{ alpha: 1n, beta: 0n }];
    default: return []; // by rank nothing turns but where the item has as many votes as another
  }
}

function* ofThresholds({ least, share }, own, place) {
  if (least !== null) yield [least - own.votes[place], 1n];
  if (!share?.n) return;
  yield [own.valid - own.picks[place], 1n];
  yield [share.n * own.valid - own.picks[place] * share.d, share.d];
  for (const picks of own.picks) yield [picks * share.d - own.picks[place] * share.n, share.n];
}

// While the divisor stands still only the item itself moves.
function* meetings(lines, place, isMoving) {
  for (const [one, [a, b]] of lines.entries()) {
    for (const [c, d] of isMoving ? lines.slice(one + 1) : [lines[place]]) {
      if (b !== d) yield b < d ? [a - c, d - b] : [c - a, b - d];
    }
  }
}

// Points n/d of t, d > 0, in no order. `others`: what the other chambers add to each score; `unit`: what a figure of 1
// adds to it in this chamber.
export function* turnsOf(rules, own, { scores, others, unit }, place) {
  const chamber = rules.chambers[rules.first];
  for (const votes of own.votes) yield [votes - own.votes[place], 1n];
  yield* ofThresholds(chamber, own, place);
  const all = [...rules.items.keys()];
  const isWide = chamber.scope === 'ballot' || chamber.normalisation === 'turnout';
  const group = isWide ? all : rules.sections[rules.items[place].section].items;
  for (const { alpha, beta, low, high } of spansOf(chamber, own, group, place)) {
    const lines = scores.map((score) => [score * alpha, score * beta]);
    for (const item of group) {
      lines[item] = [others[item] * alpha + unit * own.votes[item], others[item] * beta + (item === place ? unit : 0n)];
    }
    for (const end of [low, high]) if (end !== undefined) yield [end, 1n];
    for (const [n, d] of meetings(lines, place, beta)) {
      if ((low === undefined || low * d <= n) && (high === undefined || n <= high * d)) yield [n, d];
    }
  }
}
