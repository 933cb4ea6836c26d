// What closes a ballot: one length for all of a round, and a seal that names the rules and the chamber.
import { decode, encode, NotCanonical, parse, write } from './canonical.js';
import { openerOf } from './hpke.js';

const UNREADABLE = 'null';
const [POINT_SIZE, TAG_SIZE, HEADER_SIZE, STEP] = [65, 16, 4, 64];
const FINEST = 10 ** 9; // no points or scores have more digits

function paddedLength({ items }) {
  const longest = encode(write(new Map(items.map(({ id }) => [id, FINEST])))).length;
  return Math.ceil((HEADER_SIZE + longest) / STEP) * STEP;
}

// The length in 4 bytes, the body, and zeros to the end.
function bodyOf(padded) {
  const end = HEADER_SIZE + new DataView(padded.buffer).getUint32(0);
  return end > padded.length || padded.subarray(end).some(Boolean) ? null : padded.subarray(HEADER_SIZE, end);
}

// Codes, or code → points, and nothing else.
function isPlain(choices) {
  if (Array.isArray(choices)) return choices.every((code) => typeof code === 'string');
  return Object(choices) === choices && Object.values(choices).every((points) => ['number', 'boolean'].includes(typeof points));
}

// What stands under the seal as a line of ballots. Whatever is no plain ballot cannot be published.
function lineOf(padded) {
  const body = padded && bodyOf(padded);
  if (!body) return UNREADABLE;
  try {
    const text = decode(body);
    return isPlain(parse(text)) ? text : UNREADABLE;
  } catch (error) {
    if (error instanceof NotCanonical) return UNREADABLE;
    throw error;
  }
}

// → open(sealed) → what it is as a line of ballots. Of another length, or sealed for other rules or another chamber, it does
// not open.
export async function ballotOpener(recipient, manifest, hash, chamber) {
  const open = await openerOf(recipient, encode(`hanpyo ballot 1\n${hash}\n${chamber}`));
  const size = POINT_SIZE + paddedLength(manifest) + TAG_SIZE;
  return async (sealed) => lineOf(sealed.length === size ? await open(sealed) : null);
}
