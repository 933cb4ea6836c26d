// HPKE (RFC 9180): base mode, single shot; DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. On the browser's WebCrypto.
import { encode } from './canonical.js';
import { unhex } from './hash.js';

const subtle = globalThis.crypto?.subtle;

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const POINT_SIZE = 65;
const UNCOMPRESSED = 4;
const NOTHING = new Uint8Array();
const NO_SALT = new Uint8Array(32);
const VERSION = encode('HPKE-v1');
const KEM = Uint8Array.from([...encode('KEM'), 0, 0x10]);
const SUITE = Uint8Array.from([...encode('HPKE'), 0, 0x10, 0, 1, 0, 1]);
const NO_PSK = 0;

function joined(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const labeled = (suite, label, value) => joined(VERSION, suite, encode(label), value);
const labeledInfo = (length, suite, label, value) => joined([0, length], labeled(suite, label, value));

const material = (bytes) => subtle.importKey('raw', bytes, 'HKDF', false, ['deriveBits']);
const importPoint = (bytes) => subtle.importKey('raw', bytes, CURVE, false, []);

async function derive(key, salt, info, length) {
  return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, 8 * length));
}

const exchange = async (key, other) => new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: other }, key, 256));

// LabeledExtract without a salt, of the key schedule.
async function extract(label, value) {
  const key = await subtle.importKey('raw', NO_SALT, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', key, labeled(SUITE, label, value)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

// Whether the scalar is that of the point: some browsers import any two. With a pair made for the purpose both give one
// secret, or they do not belong together.
async function belongTogether(key, point) {
  const pair = await subtle.generateKey(CURVE, true, ['deriveBits']);
  const [one, two] = [await exchange(key, pair.publicKey), await exchange(pair.privateKey, await importPoint(point))];
  return one.every((byte, at) => byte === two[at]);
}

async function importPair(scalar, point) {
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), unhex(scalar)].map(base64url);
  const key = await subtle.importKey('jwk', { kty: 'EC', crv: 'P-256', x, y, d }, CURVE, false, ['deriveBits']);
  return await belongTogether(key, point) ? key : null;
}

const isOfTheCrypto = ({ name }) => name === 'DataError' || name === 'OperationError';

// null in place of what the bytes themselves do not allow. That the browser cannot do it (NotSupportedError) stays thrown.
const orNull = (promise) => promise.catch((error) => {
  if (isOfTheCrypto(error)) return null;
  throw error;
});

// Both in hex: 32 bytes, and the uncompressed point. null where it is not the private key of that public one.
export async function recipientOf(scalar, publicKey) {
  const point = unhex(publicKey);
  if (point[0] !== UNCOMPRESSED || scalar >= ORDER) return null;
  const key = await orNull(importPair(scalar, point));
  return key && { key, point };
}

// Decap: the secret shared with whoever sealed it.
async function decap({ key, point }, enc) {
  const dh = await exchange(key, await importPoint(enc));
  const info = labeledInfo(32, KEM, 'shared_secret', joined(enc, point));
  return derive(await material(labeled(KEM, 'eae_prk', dh)), NO_SALT, info, 32);
}

// → open(enc ‖ ciphertext, aad) → the plaintext's bytes, or null where it was not sealed for this key and this `info`.
export async function openerOf(recipient, info) {
  const context = joined([NO_PSK], await extract('psk_id_hash', NOTHING), await extract('info_hash', info));
  const keyInfo = labeledInfo(16, SUITE, 'key', context);
  const nonceInfo = labeledInfo(12, SUITE, 'base_nonce', context);
  const secret = await material(labeled(SUITE, 'secret', NOTHING)); // extracted with the shared secret as its salt

  // KeySchedule, and Open with sequence number 0.
  async function decrypt(sealed, aad) {
    const shared = await decap(recipient, sealed.subarray(0, POINT_SIZE));
    const [key, iv] = [await derive(secret, shared, keyInfo, 16), await derive(secret, shared, nonceInfo, 12)];
    const aes = await subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
    const ciphertext = sealed.subarray(POINT_SIZE);
    return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad }, aes, ciphertext));
  }

  return async (sealed, aad = NOTHING) => (sealed[0] === UNCOMPRESSED ? orNull(decrypt(sealed, aad)) : null);
}
