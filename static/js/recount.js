// Checks a bundle and counts it again, here: one fetched from its address, or a file that is chosen or dropped.
import { checkBundle, STEPS } from './recount/bundle.js';
import { canHash } from './recount/hash.js';
import { reportOn } from './recount/report.js';

const isAble = canHash && 'DecompressionStream' in globalThis && 'with' in Array.prototype;
const painted = () => new Promise((done) => { setTimeout(done); });

async function fetched(url) {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) throw Object.assign(new Error(url), { code: 'fetch' });
  return answer.arrayBuffer();
}

export default function (place) {
  const [button, input, progress] = ['button', 'input', 'progress'].map((tag) => place.querySelector(tag));
  const page = reportOn(place);
  let now = null; // the step under way

  function begin(step) {
    if (now) page.mark(now, 'yes');
    now = step;
    page.mark(step, 'now');
    progress.value = STEPS.indexOf(step);
    page.tell(page.fill('step', { n: STEPS.indexOf(step) + 1 }));
    return painted();
  }

  async function run(source) {
    STEPS.forEach((step) => page.mark(step, 'open'));
    page.clear();
    page.tell(page.fill('fetching'));
    progress.value = 0;
    try {
      const checked = await checkBundle(new Uint8Array(await source()), begin);
      page.mark(now, 'yes');
      page.show(checked);
    } catch ({ code = 'failed', what, message }) {
      if (now) page.mark(now, 'no');
      page.box('bad', page.fill(code, { what: what || message }));
    }
    now = null;
  }

  // One at a time.
  async function runAlone(source) {
    if (!progress.hidden) return;
    progress.hidden = false;
    await run(source);
    progress.hidden = true;
  }

  const runFile = (file) => file && runAlone(() => file.arrayBuffer());

  if (!isAble) {
    page.box('warn', page.fill('cannot'));
    return;
  }
  place.querySelector('[data-controls]').hidden = false;
  button?.addEventListener('click', () => runAlone(() => fetched(place.dataset.url)));
  input.addEventListener('change', () => runFile(input.files[0]));
  place.addEventListener('dragover', (event) => event.preventDefault());
  place.addEventListener('drop', (event) => {
    event.preventDefault();
    runFile(event.dataTransfer.files[0]);
  });
}
