// What is typed stays in this device's store, or in the page where a browser has none, until it is dropped.
const memory = new Map();

export const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)) ?? memory.get(key); } catch { return memory.get(key); } },
  set(key, value) { memory.set(key, value); try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* in memory */ } },
  drop(key) { memory.delete(key); try { localStorage.removeItem(key); } catch { /* in memory */ } },
};

// By it the server knows an answer that is sent again.
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, '0')).join('');

const plain = (text) => text.replaceAll('\r\n', '\n').trim();

// Whether a draft's words are those that the server has; then it is dropped.
export function dropSaved(key, words) {
  const isSaved = plain(store.get(key)?.words ?? words) === plain(words);
  if (isSaved) store.drop(key);
  return isSaved;
}
