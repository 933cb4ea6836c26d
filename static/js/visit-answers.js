// Saves each answer of an on-site review by itself. What is typed is first put into this device's store and leaves it
// only when the server has said that it is saved; until then it is sent again, with the same key, so that it counts
// once. What another has saved meanwhile is said and never overwritten unseen.
import { Answer } from './onsite/answer.js';

export default function (root) {
  const page = { root, answers: [], signIn: root.querySelector('[data-sign-in]') };
  const line = root.querySelector('[data-waiting-line]');
  const waiting = () => page.answers.filter((one) => one.draft);
  page.count = () => {
    const { length } = waiting();
    page.isHeld &&= length > 0;
    line.textContent = length ? root.dataset.waiting.replace('{n}', length) + (page.isHeld ? ` ${root.dataset.held}` : '') : '';
  };
  for (const form of root.querySelectorAll('form.answer')) page.answers.push(new Answer(form, page));
  page.count();
  const all = () => page.answers.forEach((one) => one.send());
  root.querySelector('[data-finish] a').addEventListener('click', (event) => {
    if (!waiting().length) return;
    event.preventDefault(); // it would be finished and signed with the answers of before
    page.isHeld = true;
    page.count();
    waiting()[0].form.scrollIntoView();
    all();
  });
  addEventListener('online', all);
  document.addEventListener('visibilitychange', all);
}
