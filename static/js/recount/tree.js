// The Merkle tree of RFC 9162 over the hashes of leaves.
import { sha256 } from './hash.js';

const AT_ONCE = 4096;

function node(left, right) {
  const bytes = new Uint8Array(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return sha256(bytes);
}

// One level up: a last leaf without a partner stays below.
async function parents(level) {
  const above = [];
  for (let at = 0; at + 1 < level.length; at += 2 * AT_ONCE) {
    const part = level.slice(at, at + 2 * AT_ONCE);
    const pairs = Array.from({ length: Math.floor(part.length / 2) }, (_, pair) => node(part[2 * pair], part[2 * pair + 1]));
    above.push(...await Promise.all(pairs));
  }
  return above;
}

// All full subtrees once: level[k][i] is the root of the i-th 2^k leaves.
export async function treeOf(leaves) {
  const levels = [leaves];
  while (levels.at(-1).length > 1) levels.push(await parents(levels.at(-1)));
  return levels;
}

// The root of the first `size` leaves: the full subtrees that make it up, joined from the smallest.
export async function rootOf(levels, size) {
  let root = null;
  for (let level = 0, rest = size; rest; level += 1, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 0) continue;
    const full = levels[level][rest - 1];
    root = root ? await node(full, root) : full;
  }
  return root ?? sha256(new Uint8Array());
}
