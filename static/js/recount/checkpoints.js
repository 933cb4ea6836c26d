// The log of the box: its signed states, each the root of so many first leaves.
import { attempt, ensure } from './broken.js';
import { decode, encode } from './canonical.js';
import { hex, isSigned, sha256, unbase64, unhex } from './hash.js';
import { rootOf, treeOf } from './tree.js';

const ED25519 = 1;
const TEXT = /(?<origin>[^\n]+)\n(?<size>0|[1-9][0-9]{0,14})\n(?<root>[A-Za-z0-9+/]{43}=)\n/;
const SIGNATURES = /(?:— [^\s+]+ [A-Za-z0-9+/=]+\n)+/;
const NOTE = new RegExp(`^(?<text>${TEXT.source})\\n(?<signatures>${SIGNATURES.source})$`);
const LEAF = /^[0-9a-f]{64}$/;

async function keyId(origin, publicKey) {
  const bytes = Uint8Array.from([...encode(`${origin}\n`), ED25519, ...publicKey]);
  return hex((await sha256(bytes)).subarray(0, 4));
}

// The signatures in the log's name; those by others are passed over, as the format asks.
async function signaturesOf({ origin, signatures }, publicKey) {
  const id = await keyId(origin, publicKey);
  return signatures.trimEnd().split('\n').map((line) => line.split(' '))
    .filter(([, name, body]) => name === origin && hex(unbase64(body).subarray(0, 4)) === id)
    .map(([, , body]) => unbase64(body).subarray(4));
}

async function checkOne(name, content, { origin, publicKey, levels }) {
  const note = NOTE.exec(decode(content))?.groups;
  ensure(note && note.origin === origin, 'checkpoint', name);
  const size = Number(note.size);
  ensure(size <= levels[0].length && hex(await rootOf(levels, size)) === hex(unbase64(note.root)), 'checkpoint', name);
  const signatures = await signaturesOf(note, publicKey);
  ensure(signatures.length, 'checkpoint', name);
  const answers = await Promise.all(signatures.map((one) => isSigned(publicKey, one, encode(note.text))));
  ensure(!answers.includes(false), 'checkpoint', name);
  return { size, isChecked: !answers.includes(null) };
}

// `names` in order; `cast`: ballots of all chambers. → 'signed', 'unable' to check signatures, null: there is no log.
export async function checkLog(files, names, { origin, publicKey, log, cast }) {
  ensure((log === null) === !names.length, 'log', 'certificate.json');
  if (log === null) return null;
  const lines = decode(files.get('leaves.txt')).split('\n');
  ensure(lines.pop() === '' && lines.every((line) => LEAF.test(line)) && publicKey, 'log', 'leaves.txt');
  const levels = await treeOf(lines.map(unhex));
  let last = { size: 0, isChecked: true };
  for (const name of names) {
    const next = await attempt('checkpoint', name, () => checkOne(name, files.get(name), { origin, publicKey, levels }));
    ensure(next.size >= last.size, 'checkpoint', name);
    last = { size: next.size, isChecked: last.isChecked && next.isChecked };
  }
  const root = hex(await rootOf(levels, last.size));
  ensure(log.size === last.size && log.root === root, 'log', 'certificate.json');
  ensure(levels[0].length === last.size && cast === last.size, 'log', 'leaves.txt');
  return last.isChecked ? 'signed' : 'unable';
}
