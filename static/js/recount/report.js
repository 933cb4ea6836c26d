// What the page shows while a bundle is checked, and what came of it. All words come from the page's own templates.
const SIGNATURE = { unable: 'unable-key', 'no-key': 'no-key' };
const LOG = { unable: 'unable-key', null: 'no-log' };
const SEALED = { unable: 'unable-seal', private: 'private-seal', null: 'no-seal' };
const language = document.documentElement.lang;
const numeral = (value) => value.toLocaleString(language);
const titled = (title) => title[language] || title.ko;

export function reportOn(place) {
  const find = (name) => place.querySelector(`[data-${name}]`);
  const words = new Map([...find('words').content.children].map((one) => [one.dataset.word, one.textContent]));
  const list = find('list');
  const body = list.querySelector('tbody');
  const sample = body.firstElementChild;
  const fill = (word, values = {}) => words.get(word).replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function mark(step, word, note = '') {
    const line = place.querySelector(`[data-step="${step}"]`);
    line.className = word === 'yes' ? 'is-met' : 'is-open';
    line.querySelector('.checklist__mark').textContent = fill(word);
    line.querySelector('[data-note]').textContent = note;
  }

  function tell(sentence) {
    const live = find('live');
    if (live.textContent !== sentence) live.textContent = sentence;
  }

  // Sentences in a box; tone: good, warn or bad.
  function box(tone, ...sentences) {
    const one = find(`tone-${tone}`).content.firstElementChild.cloneNode(true);
    const [line] = one.children;
    line.replaceWith(...sentences.map((text) => Object.assign(line.cloneNode(), { textContent: text })));
    find('live').replaceChildren(one);
  }

  function rowOf(item, title, currency) {
    const row = sample.cloneNode(true);
    const put = (field, text) => Object.assign(row.querySelector(`[data-field="${field}"]`), { textContent: text });
    put('place', item.place);
    put('title', `${item.number}. ${titled(title)}`).lang = title[language] ? language : 'ko';
    put('score', item.score.shown);
    put('funded', fill(currency === 'KRW' ? 'won' : 'money', { n: numeral(item.funded), currency }));
    return row;
  }

  function showFunded(manifest, result) {
    const titles = new Map(manifest.items.map(({ id, title }) => [id, title]));
    const funded = result.items.filter((item) => item.funded);
    body.replaceChildren(...funded.map((item) => rowOf(item, titles.get(item.id), manifest.currency)));
    list.hidden = false;
  }

  // `notes`: what was found → the word to say beside the step.
  function markUnlessChecked(step, found, notes) {
    if (notes[found]) mark(step, found === 'unable' ? 'unable' : 'none', fill(notes[found]));
  }

  // Of what `checkBundle` gives: what holds, and honestly what could not be checked here.
  function show({ manifest, result, sha256, signature, log, sealed }) {
    markUnlessChecked('signature', signature, SIGNATURE);
    markUnlessChecked('log', log, LOG);
    markUnlessChecked('sealed', sealed, SEALED);
    const ballots = numeral(result.chambers.reduce((sum, { cast }) => sum + cast, 0n));
    const isOther = result.manifest !== place.dataset.manifest;
    const isUnchecked = [signature, sealed].includes('unable');
    const sentences = [
      fill(isUnchecked ? 'good-but' : 'good', { title: titled(manifest.title), ballots }),
      ...[SIGNATURE[signature], log ? SEALED[sealed] : null].filter(Boolean).map((word) => fill(word)),
      fill('hash', { sha256 }),
    ];
    box(isOther || isUnchecked ? 'warn' : 'good', ...(isOther ? [fill('other')] : []), ...sentences);
    showFunded(manifest, result);
  }

  const clear = () => { list.hidden = true; };

  return { fill, mark, tell, box, show, clear };
}
