// SHA-256 and Ed25519 are the browser's own (WebCrypto). It has them on https and on this computer only.
const subtle = globalThis.crypto?.subtle;

export const canHash = Boolean(subtle);

export const sha256 = async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes));

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

// Standard base64 with its padding, and of the several ways to write the same bytes the proper one only.
export function unbase64(text) {
  const letters = atob(text);
  if (btoa(letters) !== text) throw new Error('not base64 as it is written');
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

export const sha256Hex = async (bytes) => hex(await sha256(bytes));

// null where the browser does not know Ed25519: not checked is not the same as wrong.
export async function isSigned(publicKey, signature, bytes) {
  let key;
  try {
    key = await subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
  } catch (error) {
    if (error.name === 'NotSupportedError') return null;
    return false; // these bytes are no key
  }
  return subtle.verify({ name: 'Ed25519' }, key, signature, bytes);
}
