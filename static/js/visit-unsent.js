// Where a visit takes no more answers: those that this device kept and never saved are shown, until somebody lets them go.
import { store } from './onsite/draft.js';

export default function (root) {
  const left = [...root.querySelectorAll('[data-item]')].filter((one) => show(one, store.get(key(one))));
  root.hidden = left.length === 0;
  root.querySelector('[data-count]').textContent = root.dataset.unsent.replace('{n}', left.length);
  root.querySelector('button').addEventListener('click', () => {
    left.forEach((one) => store.drop(key(one)));
    root.hidden = true;
  });

  function key(one) { return `${root.dataset.store}:${one.dataset.item}`; }
}

function show(line, draft) {
  line.hidden = !draft;
  if (draft) line.querySelector('q').textContent = [line.dataset[`answer_${draft.answer}`], draft.words].filter(Boolean).join(' — ');
  return !line.hidden;
}
