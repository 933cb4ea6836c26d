// The sealed ballots of a round whose private key is published with its result: opened, they are the ballots counted.
import { Broken, ensure } from './broken.js';
import { decode, write } from './canonical.js';
import { hex, sha256, unbase64 } from './hash.js';
import { recipientOf } from './hpke.js';
import { ballotOpener } from './lid.js';

const OPEN = 'hpke-p256-open:';
const LINE = /^(?<position>0|[1-9][0-9]{0,14}) (?<sealed>[A-Za-z0-9+/]+={0,2})\n$/;
const NEWLINE = 10;
const AT_ONCE = 256;
const POINT_BYTES = 65; // of the ephemeral key, with which a sealed ballot begins

export const isOpen = ({ keys }) => keys.some((key) => key.startsWith(OPEN));

export const sealedFile = (chamber) => `sealed/${chamber}.txt`;

// Each with its end. Line by line, so that a large file is never one text.
function* linesOf(bytes) {
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, from) + 1 || bytes.length;
    yield bytes.subarray(from, end);
    from = end;
  }
}

function readLine(line, name) {
  try {
    const { position, sealed } = LINE.exec(decode(line)).groups;
    return { position: Number(position), sealed: unbase64(sealed) };
  } catch {
    throw new Broken('sealed', name);
  }
}

// By rising position, AT_ONCE at a time: lists of {position, sealed}.
function* partsOf(bytes, name) {
  let part = [];
  let last = -1;
  for (const line of linesOf(bytes)) {
    const one = readLine(line, name);
    ensure(one.position > last, 'sealed', `${name} (${one.position})`);
    last = one.position;
    part.push(one);
    if (part.length < AT_ONCE) continue;
    yield part;
    part = [];
  }
  if (part.length) yield part;
}

async function isLeaf(sealed, leaf) {
  const bytes = new Uint8Array(1 + sealed.length); // RFC 9162: a leaf is hashed behind a byte 0
  bytes.set(sealed, 1);
  return hex(await sha256(bytes)) === leaf;
}

// The ballots of all chambers, line → how often, each ballot at its place in the log.
async function openAll(files, { manifest, hash, recipient, onPart }) {
  const leaves = decode(files.get('leaves.txt') ?? new Uint8Array()).split('\n').slice(0, -1);
  const isThere = new Uint8Array(leaves.length);
  const points = new Set();
  let done = 0;

  async function openOne({ position, sealed }, name, open) {
    ensure(await isLeaf(sealed, leaves[position]), 'sealed', `${name} (${position})`);
    return open(sealed);
  }

  // One ephemeral key for two ballots is one AES key for both: whoever sealed them so could have read them.
  function ensureOwnPoint(line, { position, sealed }, name) {
    if (line === 'null') return;
    const point = hex(sealed.subarray(0, POINT_BYTES));
    ensure(!points.has(point), 'sealed', `${name} (${position})`);
    points.add(point);
  }

  async function openChamber(chamber) {
    const name = sealedFile(chamber);
    const open = await ballotOpener(recipient, manifest, hash, chamber);
    const times = new Map();
    for (const part of partsOf(files.get(name), name)) {
      for (const { position } of part) {
        ensure(position < leaves.length && !isThere[position], 'sealed', `${name} (${position})`);
        isThere[position] = 1;
      }
      const lines = await Promise.all(part.map((one) => openOne(one, name, open)));
      lines.forEach((line, at) => ensureOwnPoint(line, part[at], name));
      for (const line of lines) times.set(line, (times.get(line) ?? 0) + 1);
      done += part.length;
      await onPart({ done, of: leaves.length });
    }
    return times;
  }

  const opened = new Map();
  for (const { id } of manifest.chambers) opened.set(id, await openChamber(id));
  ensure(!isThere.includes(0), 'sealed', `leaves.txt (${isThere.indexOf(0)})`);
  return opened;
}

const areSame = (opened, ballots) => (
  opened.size === ballots.length && ballots.every(([ballot, number]) => opened.get(write(ballot)) === number)
);

// `ballots`: chamber → pairs of a ballot and how often it is there. `onPart({done, of})` may be waited for.
// → 'opened'; 'unable': this browser lacks an algorithm; 'private': the key is not published; null: nothing was sealed.
export async function checkSealed(files, { manifest, hash, privateKey, ballots, onPart }) {
  ensure((privateKey !== null) === isOpen(manifest), 'private-key', 'certificate.json');
  if (!isOpen(manifest)) return files.has('leaves.txt') ? 'private' : null;
  const publicKey = manifest.keys.find((key) => key.startsWith(OPEN)).slice(OPEN.length);
  try {
    const recipient = await recipientOf(privateKey, publicKey);
    ensure(recipient, 'private-key', 'certificate.json');
    const opened = await openAll(files, { manifest, hash, recipient, onPart });
    for (const [chamber, pairs] of ballots) ensure(areSame(opened.get(chamber), pairs), 'opened', `ballots/${chamber}.jsonl`);
    return 'opened';
  } catch (error) {
    if (error.name === 'NotSupportedError') return 'unable';
    throw error;
  }
}
