// Says a sum in words as it is typed. It reads only the plain spellings; the server reads them all.
const UNITS = [['조', 10n ** 12n], ['억', 10n ** 8n], ['만', 10n ** 4n]];

export function read(text) {
  const plain = text.normalize('NFKC').replace(/[\s,₩]/g, '').replace(/원$/, '');
  const parts = plain.match(/^(?:(\d{1,7})조)?(?:(\d{1,8})억)?(?:(\d{1,8})만)?(\d{1,18})?$/);
  if (!plain || !parts) return null;
  const [, trillions, hundreds, tens, rest] = parts;
  const doubtful = rest && (tens ? rest.length !== 4 : trillions || hundreds);
  if (doubtful) return null;
  return UNITS.reduce((sum, [, size], i) => sum + BigInt(parts[i + 1] ?? 0) * size, BigInt(parts[4] ?? 0));
}

export function say(won) {
  if (document.documentElement.lang === 'en') return english(won);
  const words = [];
  for (const [unit, size] of UNITS) {
    if (won / size) words.push((won / size).toLocaleString('ko') + unit);
    won %= size;
  }
  if (won || !words.length) words.push(won.toLocaleString('ko'));
  return words.join(' ') + '원';
}

const english = (won) => 'KRW ' + won.toLocaleString('en');

export default function (field) {
  const input = field.querySelector('input');
  const output = field.querySelector('output');
  input.addEventListener('input', () => {
    const won = read(input.value);
    output.textContent = won === null ? '' : say(won);
  });
}
