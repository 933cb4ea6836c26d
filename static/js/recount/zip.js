// The files of a zip, by its central directory: stored or deflated, nothing encrypted, nothing beyond 4 GB.
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const LONGEST_COMMENT = 0xffff;

export class NotZip extends Error {}

function ensure(holds, what) {
  if (!holds) throw new NotZip(what);
}

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

// Where the record at the end begins: its comment, mostly empty, reaches exactly to the end of the file.
function endOf(view) {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= 0 && at >= last - LONGEST_COMMENT; at -= 1) {
    if (view.getUint32(at, true) === END && at + view.getUint16(at + 20, true) === last) return at;
  }
  throw new NotZip('no end of a zip');
}

function nameAt(bytes, at, length) {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at, at + length));
}

function entryAt(bytes, view, at) {
  ensure(view.getUint32(at, true) === ENTRY, 'the directory');
  const nameLength = view.getUint16(at + 28, true);
  return {
    name: nameAt(bytes, at + ENTRY_SIZE, nameLength),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    start: view.getUint32(at + 42, true),
    next: at + ENTRY_SIZE + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true),
  };
}

async function inflate(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function contentOf(bytes, view, { name, flags, method, crc, packed, size, start }) {
  ensure(view.getUint32(start, true) === LOCAL && !(flags & ENCRYPTED) && [STORED, DEFLATED].includes(method), name);
  const nameLength = view.getUint16(start + 26, true);
  const from = start + LOCAL_SIZE + nameLength + view.getUint16(start + 28, true);
  ensure(nameAt(bytes, start + LOCAL_SIZE, nameLength) === name && from + packed <= bytes.length, name);
  const body = bytes.subarray(from, from + packed);
  const content = method === STORED ? body : await inflate(body);
  ensure(content.length === size && crc32(content) === crc, name);
  return content;
}

// Pairs of a name and its bytes, in the order of the zip; a name may come twice.
export async function readZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const end = endOf(view);
    const files = [];
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left; left -= 1) {
      const entry = entryAt(bytes, view, at);
      files.push([entry.name, await contentOf(bytes, view, entry)]);
      at = entry.next;
    }
    ensure(at === end, 'the directory');
    return files;
  } catch (error) {
    throw error instanceof NotZip ? error : new NotZip(error.message); // what lies outside the file, or cannot be inflated
  }
}
