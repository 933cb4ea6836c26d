// A bundle checked in the order of docs/verify.md. What does not hold is thrown as Broken.
import { attempt, ensure } from './broken.js';
import { comesBefore, decode, parse, write } from './canonical.js';
import { checkSignature, isCertificate, keyOf } from './certificate.js';
import { checkLog } from './checkpoints.js';
import { count } from './count.js';
import { sha256Hex } from './hash.js';
import { manifestFault } from './manifest.js';
import { rulesOf } from './rules.js';
import { checkSealed, isOpen, sealedFile } from './sealed.js';
import { hasKeys, mapOf } from './whole.js';
import { readZip } from './zip.js';

export const STEPS = ['files', 'manifest', 'signature', 'hashes', 'log', 'sealed', 'count'];

const FIXED = ['README.txt', 'certificate.json', 'manifest.json', 'recount.py', 'result.json', 'rolls.json'];
const OF_A_CHAMBER = /^(?:ballots\/.+\.jsonl|sealed\/.+\.txt)$/s;
const CHECKPOINT = /^checkpoints\/[0-9]{6,}\.txt$/;
const ROLLS = ['lowered', 'participations', 'present', 'present_by_item', 'seed'];

const ballotsFile = (chamber) => `ballots/${chamber}.jsonl`;

const text = (files, name) => attempt('not-canonical', name, () => decode(files.get(name)));
const json = (files, name) => attempt('not-canonical', name, () => parse(decode(files.get(name))));

// 1. The zip is as it was written and holds nothing but a bundle's files, each once.
function openBundle(bytes) {
  const pairs = readZip(bytes);
  const files = new Map(pairs);
  const checkpoints = [...files.keys()].filter((name) => CHECKPOINT.test(name)).sort();
  const numbered = checkpoints.map((_, at) => `checkpoints/${String(at + 1).padStart(6, '0')}.txt`);
  const expected = [...FIXED, ...numbered, ...(checkpoints.length ? ['leaves.txt'] : [])];
  for (const name of expected) ensure(files.has(name), 'missing', name);
  for (const name of files.keys()) ensure(expected.includes(name) || OF_A_CHAMBER.test(name), 'surplus', name);
  const twice = pairs.find(([name], at) => pairs.findIndex(([other]) => other === name) < at);
  ensure(!twice, 'surplus', twice?.[0]);
  return { files, checkpoints };
}

// 2. The rules, and the certificate that names them.
async function readRules(files) {
  const manifest = await json(files, 'manifest.json');
  const fault = manifestFault(manifest);
  ensure(!fault, 'manifest', fault);
  const kinds = isOpen(manifest) ? [ballotsFile, sealedFile] : [ballotsFile];
  const names = manifest.chambers.flatMap(({ id }) => kinds.map((fileOf) => fileOf(id)));
  for (const name of names) ensure(files.has(name), 'missing', name);
  for (const name of files.keys()) ensure(!OF_A_CHAMBER.test(name) || names.includes(name), 'surplus', name);
  const certificate = await json(files, 'certificate.json');
  ensure(isCertificate(certificate), 'certificate', 'certificate.json');
  const hash = await sha256Hex(files.get('manifest.json'));
  ensure(certificate.manifest === hash && certificate.round === manifest.round, 'other-rules', 'manifest.json');
  return { manifest, certificate, hash };
}

// A chamber's ballots: line → how often it is there. Lines that are the same are read once.
async function ballotsOf(files, chamber, facts) {
  const name = ballotsFile(chamber);
  const lines = (await text(files, name)).split('\n');
  ensure(lines.pop() === '' && lines.length === facts.count, 'ballots-number', name);
  ensure(lines.every((line, at) => at === 0 || !comesBefore(line, lines[at - 1])), 'unsorted', name);
  const times = new Map();
  for (const line of lines) times.set(line, (times.get(line) ?? 0) + 1);
  return attempt('not-canonical', name, () => [...times].map(([line, number]) => [parse(line), number]));
}

// 4. Hashes and numbers. → chamber → pairs of a ballot and how often it is there.
async function checkHashes(files, manifest, certificate) {
  const { files: program, rolls, result } = certificate;
  const hashes = new Map([...mapOf(program), ['rolls.json', rolls], ['result.json', result]]);
  const facts = mapOf(certificate.ballots);
  ensure(facts.size === manifest.chambers.length, 'certificate', 'certificate.json');
  for (const { id } of manifest.chambers) hashes.set(ballotsFile(id), facts.get(id)?.sha256);
  for (const [name, hash] of hashes) ensure(await sha256Hex(files.get(name)) === hash, 'changed', name);
  const ballots = new Map();
  for (const { id } of manifest.chambers) ballots.set(id, await ballotsOf(files, id, facts.get(id)));
  return ballots;
}

// 7. The count, byte for byte, and its gates.
const smallest = (numbers) => (numbers.length ? Math.min(...numbers) : null);

async function checkCount(files, rules, ballots, { unresolved }) {
  const rolls = await json(files, 'rolls.json');
  ensure(hasKeys(rolls, ROLLS), 'uncountable', 'rolls.json');
  const result = await attempt('uncountable', 'rolls.json', () => count(rules, ballots, rolls));
  ensure(write(result) === await text(files, 'result.json'), 'result', 'result.json');
  const margins = result.items.flatMap(({ margin }) => (margin ? [Number(margin.votes)] : []));
  ensure(smallest(margins) === unresolved.margin, 'certificate', 'certificate.json');
  const broken = result.gates.find(({ holds }) => !holds);
  ensure(!broken, 'gate', `${broken?.code} (${broken?.where})`);
  return result;
}

// `onStep(name, part)` is told each of STEPS as it begins, and while ballots are opened {done, of}; it may be waited for.
// → {manifest, result, sha256, signature: 'signed'/'no-key'/'unable', log: 'signed'/'unable'/null,
//    sealed: 'opened'/'unable'/'private'/null}
export async function checkBundle(bytes, onStep) {
  await onStep('files');
  const { files, checkpoints } = openBundle(bytes);
  await onStep('manifest');
  const { manifest, certificate, hash } = await readRules(files);
  await onStep('signature');
  const publicKey = keyOf(manifest);
  const signature = await checkSignature(certificate, publicKey);
  await onStep('hashes');
  const ballots = await checkHashes(files, manifest, certificate);
  await onStep('log');
  const cast = [...ballots.values()].flat().reduce((sum, [, number]) => sum + number, 0);
  const log = await attempt('log', 'leaves.txt', () => checkLog(files, checkpoints, {
    origin: `hanpyo/${manifest.round}/${hash}`, publicKey, log: certificate.log, cast,
  }));
  await onStep('sealed');
  const sealed = await checkSealed(files, {
    manifest, hash, privateKey: certificate.private_key, ballots, onPart: (part) => onStep('sealed', part),
  });
  await onStep('count');
  const result = await checkCount(files, rulesOf(manifest, hash), ballots, certificate);
  return { manifest, result, sha256: certificate.result, signature, log, sealed };
}
