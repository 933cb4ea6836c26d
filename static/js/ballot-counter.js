// Keeps the counters of a ballot true while one ticks. It never prevents a tick: the server decides.
const fill = (words, n) => words.replace('{n}', n);

function sentence(words, chosen, least, most) {
  if (chosen > most) return fill(words.over, chosen - most);
  if (chosen < least) return fill(words.under, least - chosen);
  if (chosen < most) return fill(words.left, most - chosen);
  return words.full;
}

function show(place, words, chosen, least, most) {
  const count = place.querySelector('[data-count]');
  count.textContent = fill(count.dataset.form, chosen);
  place.querySelector('[data-words]').textContent = sentence(words, chosen, least, most);
  place.classList.toggle('is-over', chosen > most);
}

export default function (form) {
  const total = form.querySelector('[data-total]');
  const sections = [...form.querySelectorAll('[data-section]')];
  const live = total.querySelector('[data-live]');

  function tally() {
    const faults = [];
    let chosen = 0;
    for (const section of sections) {
      const counts = {
        chosen: section.querySelectorAll('input:checked').length,
        least: Number(section.dataset.least),
        most: Number(section.dataset.most),
      };
      show(section, total.dataset, counts.chosen, counts.least, counts.most);
      const over = counts.chosen - counts.most;
      if (over > 0) faults.push(`${section.querySelector('legend').textContent.trim()}: ${fill(total.dataset.over, over)}`);
      chosen += counts.chosen;
    }
    show(total, total.dataset, chosen, Number(total.dataset.least), Number(total.dataset.most));
    if (faults.length) {
      total.querySelector('[data-words]').textContent = faults.join(', ');
      total.classList.add('is-over');
    }
  }

  function say(section) {
    live.textContent = ['[data-count]', '[data-words]'].map((part) => section.querySelector(part).textContent).join(' ');
  }

  form.addEventListener('change', (event) => {
    tally();
    const section = event.target.closest('[data-section]');
    if (section) say(section);
  });
  addEventListener('pageshow', tally);
  tally();
}
