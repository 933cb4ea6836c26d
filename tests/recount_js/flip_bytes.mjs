// Of each region [from, to) of the zip file in its input, {"path", "regions": [{"from", "to", "step"?, "sums"?: [places]}]},
// every byte (every `step`th) is changed by one bit, one byte at a time, and the bundle checked: one JSON line for each region with the
// different answers, {"code", "what", "at": the first byte that gave it}. `sums`: where the CRC-32 of the region stands; it
// is written anew there.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { crc32 } from 'node:zlib';
import { checkBundle } from '../../static/js/recount/bundle.js';

const ask = (bytes) => checkBundle(bytes, () => {}).then(() => ({ code: null }), ({ code, what, stack }) => ({ code: code ?? stack, what }));

function sumUp(buffer, { from, to, sums }) {
  for (const place of sums ?? []) buffer.writeUInt32LE(crc32(buffer.subarray(from, to)), place);
}

async function answersIn(buffer, region) {
  const answers = new Map();
  for (let at = region.from; at < region.to; at += region.step ?? 1) {
    buffer[at] ^= 1 << (at % 8);
    sumUp(buffer, region);
    const { code, what } = await ask(new Uint8Array(buffer));
    buffer[at] ^= 1 << (at % 8);
    const key = `${code} ${what}`;
    if (!answers.has(key)) answers.set(key, { code, what, at });
  }
  sumUp(buffer, region);
  return [...answers.values()];
}

for await (const line of createInterface({ input: process.stdin })) {
  const { path, regions } = JSON.parse(line);
  const buffer = await readFile(path);
  for (const region of regions) console.log(JSON.stringify(await answersIn(buffer, region)));
}
