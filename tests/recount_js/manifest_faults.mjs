// The first fault of each manifest of its input, one JSON line each; an empty line where there is none.
import { createInterface } from 'node:readline';
import { manifestFault } from '../../static/js/recount/manifest.js';

for await (const line of createInterface({ input: process.stdin })) console.log(manifestFault(JSON.parse(line)) ?? '');
