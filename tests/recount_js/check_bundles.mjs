// Checks the zip files whose paths are its input, one JSON line each: {"sha256", "signature", "log", "sealed"}
// or {"code", "what"}.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { checkBundle } from '../../static/js/recount/bundle.js';

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { sha256, signature, log, sealed } = await checkBundle(new Uint8Array(await readFile(JSON.parse(line))), () => {});
    console.log(JSON.stringify({ sha256, signature, log, sealed }));
  } catch ({ code, what, stack }) {
    console.log(JSON.stringify(code ? { code, what } : { stack }));
  }
}
