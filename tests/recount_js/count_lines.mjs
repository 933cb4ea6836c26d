// Counts the elections of its input, one JSON line each, and writes one line for each: the result, or what went wrong.
import { createInterface } from 'node:readline';
import { encode, write } from '../../static/js/recount/canonical.js';
import { count } from '../../static/js/recount/count.js';
import { sha256Hex } from '../../static/js/recount/hash.js';
import { rulesOf } from '../../static/js/recount/rules.js';

for await (const line of createInterface({ input: process.stdin })) {
  const { manifest, ballots, rolls } = JSON.parse(line);
  try {
    const rules = rulesOf(manifest, await sha256Hex(encode(write(manifest))));
    const boxes = new Map(Object.entries(ballots).map(([chamber, cast]) => [chamber, cast.map((ballot) => [ballot, 1])]));
    console.log(write(await count(rules, boxes, rolls)));
  } catch (error) {
    console.log(`${error.constructor.name}: ${error.message}`);
  }
}
