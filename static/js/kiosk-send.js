// Sends the kiosk's forms, so that a line that is down is said politely and nothing on the screen is lost. It looks first
// whether the line is up: then what it says is true, that nothing was cast. An answer that is lost on its way is another
// thing, and pressing again is safe: the same ballot has the same token. Where an answer leads elsewhere, that page takes
// the place of this one, so that Back finds nothing; any other answer is shown here.
import { wake } from './main.js';

const PATIENCE = 15000;

const ask = (url, options) => fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE) });

function show(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const main = document.importNode(page.querySelector('main'), true);
  document.title = page.title;
  document.querySelector('main').replaceWith(main);
  scrollTo(0, 0);
  wake(main);
}

export default function (notice) {
  let isSending = false;

  async function send(form) {
    let trouble = notice.dataset.away;
    try {
      await ask(notice.dataset.ping, { cache: 'no-store' });
      trouble = notice.dataset.lost;
      const body = new URLSearchParams(new FormData(form));
      const answer = await ask(form.action, { method: 'POST', body });
      const html = await answer.text();
      if (answer.redirected) location.replace(answer.url);
      else show(html);
    } catch {
      notice.textContent = trouble;
    }
  }

  addEventListener('submit', async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (isSending) return;
    isSending = true;
    notice.textContent = '';
    await send(event.target);
    isSending = false;
  }, true);
}
