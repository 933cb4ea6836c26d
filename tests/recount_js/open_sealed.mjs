// Opens with HPKE what its input names, one JSON line each, all in hex: {"scalar", "point", "info", "sealed", "aad"}.
// A line each: the plaintext in hex; "not opened"; "no pair" where scalar and point do not belong together.
import { createInterface } from 'node:readline';
import { hex, unhex } from '../../static/js/recount/hash.js';
import { openerOf, recipientOf } from '../../static/js/recount/hpke.js';

async function open({ scalar, point, info, sealed, aad }) {
  const recipient = await recipientOf(scalar, point);
  if (!recipient) return 'no pair';
  const opened = await (await openerOf(recipient, unhex(info)))(unhex(sealed), unhex(aad));
  return opened ? hex(opened) : 'not opened';
}

for await (const line of createInterface({ input: process.stdin })) console.log(await open(JSON.parse(line)));
