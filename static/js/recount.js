// Checks a bundle and counts it again, here: one fetched from its address, or a file that is chosen or dropped.
import { Broken, ensure } from './recount/broken.js';
import { checkBundle, STEPS } from './recount/bundle.js';
import { canHash } from './recount/hash.js';
import { reportOn } from './recount/report.js';
import { LARGEST } from './recount/zip.js';

const isAble = canHash && 'with' in Array.prototype;
const painted = () => new Promise((done) => { setTimeout(done); });

async function fetched(url) {
  const answer = await fetch(url).catch(() => null);
  ensure(answer?.ok, 'fetch', url);
  return answer.blob();
}

async function bytesOf(blob) {
  ensure(blob.size <= LARGEST, 'too-large');
  return new Uint8Array(await blob.arrayBuffer());
}

export default function (place) {
  const [button, input, progress] = ['button', 'input', 'progress'].map((tag) => place.querySelector(tag));
  const page = reportOn(place);
  let now = null; // the step under way

  function begin(step) {
    if (now) page.mark(now, 'yes');
    now = step;
    page.mark(step, 'now');
    page.tell(page.fill('step', { n: STEPS.indexOf(step) + 1 }));
  }

  // Said at every tenth only: whoever listens hears each sentence read out.
  function goOn({ done, of }) {
    page.tell(page.fill('opening', { percent: Math.floor((10 * done) / of) * 10 }));
  }

  function onStep(step, part = null) {
    if (part) goOn(part);
    else begin(step);
    progress.value = STEPS.indexOf(step) + (part ? part.done / part.of : 0);
    return painted();
  }

  async function run(source) {
    STEPS.forEach((step) => page.mark(step, 'open'));
    page.clear();
    page.tell(page.fill('fetching'));
    progress.value = 0;
    try {
      const checked = await checkBundle(await bytesOf(await source()), onStep);
      page.mark(now, 'yes');
      page.show(checked);
    } catch (error) {
      if (now) page.mark(now, 'no');
      const { code, what } = error instanceof Broken ? error : new Broken('failed', error.message);
      page.box('bad', page.fill(code, { what }));
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

  const runFile = (file) => file && runAlone(() => file);

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
