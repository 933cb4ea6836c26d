// Saves each field of a scoring sheet as it is chosen, one after another, and says so. A line that is down is tried again
// until it is up; what the server refuses is said in its words. The comment stays in this device's store until the server
// has it. Without this the buttons save all at once.
import { dropSaved, store } from './onsite/draft.js';

const PATIENCE = 15000;
const PAUSES = [2000, 4000, 8000, 15000];
const TYPING = 1500;

const pause = (ms) => new Promise((done) => {
  const timer = setTimeout(done, ms);
  addEventListener('online', () => { clearTimeout(timer); done(); }, { once: true });
});

export default function (form) {
  const words = form.querySelector('[data-url]');
  const total = form.querySelector('[data-total]');
  const waiting = new Set();
  const { comment } = form.elements;
  const key = words.dataset.store;
  let running = null;
  let isStopped = false;

  async function send(name) {
    const all = new FormData(form);
    const body = new URLSearchParams({
      csrf_token: all.get('csrf_token'), page: all.get('page'), version: all.get('seen'), name, [name]: all.get(name) ?? '',
    });
    const answer = await fetch(words.dataset.url, { method: 'POST', body, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status >= 500) throw new Error(answer.status);
    if (!answer.headers.get('Content-Type')?.includes('json')) return { stop: words.dataset.stopped };
    const said = await answer.json();
    if (answer.status === 409) return { stop: said.words };
    if (!answer.ok) return { refused: said.words };
    form.elements.seen.value = said.version;
    if (name === 'comment') comment.defaultValue = body.get(name);
    if (!dropSaved(key, comment.defaultValue)) note();
    total.textContent = said.total;
    return {};
  }

  async function sendUntilItIsThere(name) {
    for (let tries = 0; !isStopped; tries += 1) {
      try {
        return await send(name);
      } catch {
        words.textContent = words.dataset.again;
        await pause(PAUSES[Math.min(tries, PAUSES.length - 1)]);
      }
    }
    return {};
  }

  async function run() {
    let refused = '';
    while (waiting.size && !isStopped) {
      const [name] = waiting;
      waiting.delete(name);
      words.textContent = words.dataset.saving;
      const said = await sendUntilItIsThere(name);
      isStopped ||= Boolean(said.stop);
      refused = said.stop ?? said.refused ?? refused;
    }
    words.textContent = refused || words.dataset.saved;
    running = null;
  }

  function save(name) {
    if (isStopped || !name) return;
    waiting.add(name);
    running ??= run();
  }

  // With the version upon which it was typed: where something was saved meanwhile, the server says so.
  function note() { store.set(key, { words: comment.value, seen: form.elements.seen.value }); }

  const draft = store.get(key);
  if ('unsaved' in words.dataset) note();
  else if (draft && !dropSaved(key, comment.value)) {
    comment.value = draft.words;
    form.elements.seen.value = draft.seen;
    save('comment');
  }

  let typing;
  form.addEventListener('input', (event) => {
    if (event.target.type === 'radio') return;
    if (event.target === comment) note();
    clearTimeout(typing);
    typing = setTimeout(() => save(event.target.name), TYPING);
  });
  form.addEventListener('change', (event) => {
    clearTimeout(typing);
    if (event.target.type === 'radio') save(event.target.name);
    else typing = setTimeout(() => save(event.target.name), TYPING);
  });

  // Whoever goes on sends all of it: what is still under way is this page's own, and the server knows it by its mark.
  form.addEventListener('submit', () => { clearTimeout(typing); isStopped = true; });
  addEventListener('pageshow', () => { isStopped = false; });
}
