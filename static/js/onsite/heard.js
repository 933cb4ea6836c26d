// What the server said to an answer. Anything but "saved" leaves it in this device's store.
import { newKey, store } from './draft.js';

const PATIENCE = 15000; // ms

export const ask = (url, options) => fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE), ...options });

export async function heard(one, answer, sent) {
  if (answer.type === 'opaqueredirect') return signedOut(one);
  if (answer.status >= 500) return one.again();
  const isJson = answer.headers.get('Content-Type')?.startsWith('application/json');
  if (!isJson) return answer.status === 400 && !one.isRenewed ? renew(one) : one.hold(one.said.strange);
  one.isRenewed = false;
  const said = await answer.json();
  if (answer.ok) return saved(one, said, sent);
  if (said.version !== undefined) return conflict(one, said, sent);
  return one.hold(`${one.said.refused} ${said.words}`);
}

function saved(one, said, sent) {
  one.tries = 0;
  one.field('seen').value = said.version;
  const now = one.draft;
  if (now.key === sent.key) {
    store.drop(one.store);
    return one.say(said.words, false);
  }
  store.set(one.store, { ...now, seen: said.version });
  one.later(0);
}

function conflict(one, said, sent) {
  const now = one.draft;
  one.field('seen').value = said.version;
  store.set(one.store, { ...now, seen: said.version, key: now.key === sent.key ? newKey() : now.key });
  one.hold(`${said.words} ${one.said.conflict}`);
}

function signedOut(one) {
  one.page.signIn.hidden = false;
  one.hold(one.said.signedOut);
}

// The page is older than its token: the same page, loaded anew, has a new one.
async function renew(one) {
  const page = await ask(location.pathname);
  if (page.type === 'opaqueredirect') return signedOut(one);
  const fresh = new DOMParser().parseFromString(await page.text(), 'text/html').querySelector('form.answer [name=csrf_token]');
  if (!fresh) return one.hold(one.said.strange);
  for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = fresh.value;
  one.isRenewed = true;
  one.later(0);
}
