// The places of a list on a map. What it knows it reads from the list, which stays: each place's [data-point], its
// heading, and what of it is worth a look on the map, [data-brief].
import { ground, icon } from './maps/ground.js';

const CLOSEST = 16; // of a map that has to hold few places

function button(text, name, act) {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet', onclick: act });
  made.append(text);
  if (name) made.append(Object.assign(document.createElement('span'), { className: 'unseen', textContent: `: ${name}` }));
  return made;
}

function element(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

function brief(item, name, ...ways) {
  const shown = document.createElement('div');
  shown.tabIndex = -1;
  const last = element('p', '');
  last.className = 'map__ways';
  last.append(...ways);
  const parts = [...item.querySelectorAll('[data-brief]')].map((part) => part.cloneNode(true));
  const heading = element('p', '');
  heading.append(element('strong', name));
  shown.append(heading, ...parts, last);
  return shown;
}

export default async function (frame) {
  const { L, map } = await ground(frame);
  const words = frame.dataset;
  const points = [...document.querySelectorAll('[data-point]')].map((item, index) => {
    const title = item.querySelector('h2, h3');
    const name = title.textContent.trim();
    const at = item.dataset.point.split(',').map(Number);
    const marker = L.marker(at, {
      icon: icon(L, 'map__marker', element('b', index + 1), element('i', name)), riseOnHover: true,
    }).addTo(map);
    const shut = () => {
      marker.closePopup();
      marker.getElement().focus({ preventScroll: true });
    };
    const down = Object.assign(element('a', words.toList), { href: `#${item.id}` });
    const shown = brief(item, name, down, button(words.close, '', shut));
    marker.bindPopup(shown, { closeButton: false, maxWidth: 260, autoPanPadding: [12, 12] });
    marker.getElement().addEventListener('keydown', (event) => {
      if (event.key !== ' ') return; // Enter is Leaflet's
      event.preventDefault();
      marker.openPopup();
    });
    shown.addEventListener('keydown', ({ key }) => { if (key === 'Escape') shut(); });
    marker.on('popupopen', () => shown.focus({ preventScroll: true }));
    title.prepend(`${index + 1}. `);
    item.append(button(words.toMap, name, () => {
      frame.scrollIntoView({ block: 'nearest' });
      marker.openPopup();
    }));
    return at;
  });
  map.fitBounds(points, { padding: [48, 48], maxZoom: CLOSEST });
}
