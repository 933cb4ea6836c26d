// Canonical JSON: RFC 8785 with whole numbers up to 2^53 − 1 and no others. Maps are written as objects.
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);
const HALF_A_PAIR = /[\ud800-\udfff]/u;

export class NotCanonical extends Error {}

function whole(value) {
  const size = value < 0n ? -value : value;
  if (size > LARGEST) throw new NotCanonical(`${value} is beyond 2^53 - 1`);
  return String(value);
}

function written(text) {
  if (HALF_A_PAIR.test(text)) throw new NotCanonical('half a surrogate pair');
  return JSON.stringify(text);
}

function object(value) {
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  entries.sort(([one], [two]) => (one < two ? -1 : 1)); // by UTF-16 code units, as the RFC asks
  return `{${entries.map(([key, entry]) => `${written(key)}:${write(entry)}`).join(',')}}`;
}

export function write(value) {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return written(value);
  if (typeof value === 'bigint') return whole(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value === 'object') return object(value);
  throw new NotCanonical(`${value} is not a whole number`);
}

export const encode = (text) => new TextEncoder().encode(text);

// UTF-8 and nothing else; a mark at the beginning is not taken away.
export function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotCanonical('not UTF-8');
  }
}

// What was written canonically reads and writes as itself. That also finds decimals, spaces and keys that occur twice.
export function parse(text) {
  let value;
  try {
    value = JSON.parse(text);
    if (write(value) === text) return value;
  } catch (error) {
    throw new NotCanonical(error.message); // bad JSON, or nested too deeply
  }
  throw new NotCanonical('not written canonically');
}
