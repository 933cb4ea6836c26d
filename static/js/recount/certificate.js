// The certificate of a bundle: its shape, and its signature by the key that the rules name.
import { ensure } from './broken.js';
import { encode, write } from './canonical.js';
import { isSigned, unhex } from './hash.js';
import { hasKeys } from './whole.js';

const KEYS = [
  'ballots', 'files', 'log', 'manifest', 'private_key', 'published_at', 'result', 'rolls', 'round', 'signature', 'signed_by',
  'unresolved', 'version',
];
const PROGRAM = ['README.txt', 'recount.py'];

const isNumber = (value) => Number.isSafeInteger(value) && value >= 0;
const isScalar = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

export const isCertificate = (value) => hasKeys(value, KEYS) && value.version === 1 && hasKeys(value.files, PROGRAM)
  && (value.private_key === null || isScalar(value.private_key))
  && hasKeys(value.unresolved, ['cases', 'margin']) && isNumber(value.unresolved.cases)
  && (value.unresolved.margin === null || isNumber(value.unresolved.margin));

// The Ed25519 key of a manifest, or null.
export const keyOf = ({ keys }) => {
  const named = keys.find((key) => key.startsWith('ed25519:'));
  return named ? unhex(named.slice('ed25519:'.length)) : null;
};

// → 'signed'; 'no-key': the rules name none; 'unable': this browser does not know Ed25519.
export async function checkSignature({ signature, ...rest }, publicKey) {
  if (!publicKey) {
    ensure(signature === null, 'signature', 'certificate.json');
    return 'no-key';
  }
  ensure(/^[0-9a-f]{128}$/.test(signature), 'signature', 'certificate.json');
  const holds = await isSigned(publicKey, unhex(signature), encode(`hanpyo certificate v1\n${write(rest)}`));
  ensure(holds !== false, 'signature', 'certificate.json');
  return holds ? 'signed' : 'unable';
}
