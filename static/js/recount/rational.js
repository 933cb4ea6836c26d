// Exact fractions: {n, d} of BigInts. `ratio` brings to lowest terms with d > 0; nothing here rounds but `shown`.
const gcd = (a, b) => {
  while (b) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
};

export const lcm = (a, b) => (a / gcd(a, b)) * b;

export function ratio(n, d) {
  const common = gcd(n, d);
  return { n: n / common, d: d / common };
}

export const text = ({ n, d }) => `${n}/${d}`;

// Only what `text` writes: one number has one spelling. null: it is not a fraction in lowest terms.
export function parse(written) {
  const found = typeof written === 'string' && /^(0|[1-9][0-9]*)\/([1-9][0-9]*)$/.exec(written);
  if (!found) return null;
  const value = ratio(BigInt(found[1]), BigInt(found[2]));
  return text(value) === written ? value : null;
}

// Four decimals, rounded half up. The figures of a count are never negative.
export function shown({ n, d }) {
  const scaled = (20000n * n + d) / (2n * d);
  return `${scaled / 10000n}.${String(scaled % 10000n).padStart(4, '0')}`;
}
