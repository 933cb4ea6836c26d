// The files of a bundle's zip. There is one way to write it (docs/verify.md), so from what stands in it every other byte
// is derived and compared: headers, directory, end. Stored only, nothing before, between or after, nothing beyond 2 GiB.
import { Broken, ensure } from './broken.js';
import { comesBefore, decode } from './canonical.js';

export const LARGEST = 2 ** 31 - 1; // beyond this, and beyond so many files, Python's zipfile writes zip64
const MOST_FILES = 2 ** 16 - 1;

const [LOCAL, ENTRY, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [LOCAL_SIZE, ENTRY_SIZE, END_SIZE] = [30, 46, 22];
const VERSION = 20;
const UNIX = 3 << 8;
const UTF8 = 0x800;
const [STORED, MIDNIGHT, FIRST_OF_1980] = [0, 0, 0x21];
const READABLE_FILE = 0o100644 * 0x10000;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ CRC_TABLE[(rest ^ byte) & 0xff];
  return ~rest >>> 0;
}

// Whole numbers, each [bytes, value] and the lowest byte first, and a name behind them.
function packed(numbers, name = []) {
  const bytes = numbers.flatMap(([size, value]) => Array.from({ length: size }, (_, at) => (value >>> (8 * at)) & 0xff));
  return [...bytes, ...name];
}

const stand = (bytes, at, expected) => expected.every((byte, place) => bytes[at + place] === byte);

const flagsOf = (name) => (name.some((byte) => byte > 0x7f) ? UTF8 : 0);

const inBoth = ({ name, size }, crc) => [
  [2, flagsOf(name)], [2, STORED], [2, MIDNIGHT], [2, FIRST_OF_1980], [4, crc], [4, size], [4, size], [2, name.length], [2, 0],
];

const localHeader = (entry, crc) => packed([[4, LOCAL], [2, VERSION], ...inBoth(entry, crc)], entry.name);

const directoryEntry = (entry, start) => packed([
  [4, ENTRY], [2, UNIX + VERSION], [2, VERSION], ...inBoth(entry, entry.crc), [2, 0], [2, 0], [2, 0],
  [4, READABLE_FILE], [4, start],
], entry.name);

const endRecord = (count, size, start) => packed(
  [[4, END], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, start], [2, 0]],
);

// → [{name: its bytes, crc, size, start: of its local header}]; all of them fill the file up to the directory.
function readDirectory(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - END_SIZE;
  ensure(end >= 0, 'zip');
  const begin = view.getUint32(end + 16, true);
  const entries = [];
  let start = 0;
  let at = begin;
  while (at < end) {
    ensure(at + ENTRY_SIZE <= end, 'zip');
    const name = bytes.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + view.getUint16(at + 28, true));
    const entry = { name, crc: view.getUint32(at + 16, true), size: view.getUint32(at + 20, true), start };
    ensure(stand(bytes, at, directoryEntry(entry, start)), 'zip');
    entries.push(entry);
    start += LOCAL_SIZE + name.length + entry.size;
    at += ENTRY_SIZE + name.length;
  }
  ensure(start === begin && entries.length <= MOST_FILES && stand(bytes, end, endRecord(entries.length, end - begin, begin)), 'zip');
  return entries;
}

// What the directory and the file itself call it, where they disagree.
function namesOf(bytes, { name, start }) {
  const own = bytes.subarray(start + LOCAL_SIZE, start + LOCAL_SIZE + name.length);
  return [...new Set([name, own].map((one) => new TextDecoder().decode(one)))].join(' / ');
}

function contentOf(bytes, entry) {
  const from = entry.start + LOCAL_SIZE + entry.name.length;
  const content = bytes.subarray(from, from + entry.size);
  const crc = crc32(content);
  ensure(stand(bytes, entry.start, localHeader(entry, crc)), 'zip-file', namesOf(bytes, entry));
  ensure(crc === entry.crc, 'zip');
  return content;
}

// Pairs of a name and its bytes, sorted by name; one may come twice. Throws Broken: 'zip-file' where a file is not what
// was put in, 'zip' for all else.
export function readZip(bytes) {
  try {
    const pairs = readDirectory(bytes).map((entry) => [decode(entry.name), contentOf(bytes, entry)]);
    ensure(pairs.every(([name], at) => at === 0 || !comesBefore(name, pairs[at - 1][0])), 'zip');
    return pairs;
  } catch (error) {
    throw error instanceof Broken ? error : new Broken('zip'); // beyond the file's end, or a name that is not UTF-8
  }
}
