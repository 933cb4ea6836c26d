// Says the sum of a cost's lines as they are typed, where each can be read plainly; the server adds them up itself.
import { read, say } from './money-hint.js';

function amount(line) {
  const [quantity, price] = ['quantity', 'unit_won'].map((name) => line.querySelector(`[name$="-${name}"]`).value);
  if (!quantity.trim() && !price.trim()) return 0n;
  const [many, won] = [read(quantity), read(price)];
  return many === null || won === null ? null : many * won;
}

export default function (element) {
  const output = element.querySelector('[data-sum]');
  element.addEventListener('input', () => {
    const amounts = [...element.querySelectorAll('[data-line]')].map(amount);
    output.textContent = amounts.includes(null) ? '' : say(amounts.reduce((sum, one) => sum + one, 0n));
  });
}
