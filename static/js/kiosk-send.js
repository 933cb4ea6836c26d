// Sends the kiosk's forms, so that a line that is down is said politely and nothing on the screen is lost. Pressing again
// is safe: the same ballot has the same token. An answer that leads elsewhere is followed in place of this page, so that
// Back finds nothing; any other is shown here.
import { wake } from './main.js';

const PATIENCE = 15000;

async function answerTo(form) {
  const answer = await fetch(form.action, {
    method: 'POST',
    body: new URLSearchParams(new FormData(form)),
    signal: AbortSignal.timeout(PATIENCE),
  });
  return { url: answer.redirected && answer.url, html: await answer.text() };
}

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
    isSending = true;
    notice.textContent = '';
    try {
      const { url, html } = await answerTo(form);
      if (url) location.replace(url);
      else show(html);
    } catch {
      notice.textContent = notice.dataset.away;
    }
    isSending = false;
  }

  addEventListener('submit', (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (!isSending) send(event.target);
  }, true);
}
