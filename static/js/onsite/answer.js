// One answer of an on-site review: its form, its draft in this device's store, and the sending of it.
import { newKey, store } from './draft.js';
import { ask, heard } from './heard.js';

const PAUSE = 1500; // ms after the last letter
const WAITS = [2, 4, 8, 15, 30]; // seconds between two tries

export class Answer {
  constructor(form, page) {
    Object.assign(this, { form, page, said: page.root.dataset, tries: 0, timer: 0, isSending: false, isHeld: false });
    this.store = `${this.said.store}:${form.id}`;
    this.state = form.querySelector('[data-state]');
    const draft = store.get(this.store);
    if (draft) this.take(draft);
    form.addEventListener('input', () => this.note());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.note();
      this.send();
    });
  }

  field(name) { return this.form.elements[`${this.form.dataset.prefix}${name}`]; }

  get draft() { return store.get(this.store); }

  take(draft) {
    this.field('words').value = draft.words;
    if (this.field('answer')) this.field('answer').value = draft.answer;
    this.field('seen').value = draft.seen;
    this.send();
  }

  note() {
    const [answer, words] = [this.field('answer')?.value ?? '', this.field('words').value];
    const before = this.draft;
    const isNew = !before || before.answer !== answer || before.words !== words;
    store.set(this.store, { answer, words, seen: this.field('seen').value, key: isNew ? newKey() : before.key });
    this.isHeld = false;
    this.say(this.isAnswered() ? this.said.kept : this.said.choose, true);
    this.later(PAUSE);
  }

  isAnswered() { return this.draft && (!this.field('answer') || this.draft.answer !== ''); }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  say(words, isUnsaved) {
    this.state.textContent = words;
    this.state.classList.toggle('unsaved', isUnsaved);
    this.page.count();
  }

  async send() {
    clearTimeout(this.timer);
    if (this.isSending || this.isHeld || !this.draft) return;
    if (!this.isAnswered()) return this.say(this.said.choose, true);
    this.isSending = true;
    const sent = this.draft;
    try {
      const options = { method: 'POST', body: this.body(sent), headers: { Accept: 'application/json' } };
      await heard(this, await ask(this.form.action, options), sent);
    } catch {
      this.again();
    }
    this.isSending = false;
  }

  body(draft) {
    const body = new URLSearchParams(new FormData(this.form));
    const names = { answer: draft.answer, words: draft.words, seen: draft.seen, client_key: draft.key };
    for (const [name, value] of Object.entries(names)) body.set(`${this.form.dataset.prefix}${name}`, value);
    return body;
  }

  again() {
    this.say(this.said.again, true);
    this.later(WAITS[Math.min(this.tries++, WAITS.length - 1)] * 1000);
  }

  hold(words) {
    this.isHeld = true;
    this.say(words, true);
  }
}
