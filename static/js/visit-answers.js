// Saves each answer of an on-site review by itself. What is typed is first put into this device's store and leaves it
// only when the server has said that it is saved; until then it is sent again, with the same key, so that it counts
// once. What another has saved meanwhile is said and never overwritten unseen.
import { Answer } from './onsite/answer.js';

export default function (root) {
  const page = { root, answers: [], signIn: root.querySelector('[data-sign-in]') };
  const line = root.querySelector('[data-waiting-line]');
  page.count = () => {
    const waiting = page.answers.filter((one) => one.draft).length;
    line.textContent = waiting ? root.dataset.waiting.replace('{n}', waiting) : '';
  };
  for (const form of root.querySelectorAll('form.answer')) page.answers.push(new Answer(form, page));
  page.count();
  const all = () => page.answers.forEach((one) => one.send());
  addEventListener('online', all);
  document.addEventListener('visibilitychange', all);
}
