// A form's place by one pin: put with a tap, a click or the button, moved by dragging or with the arrow keys, taken away
// again. It writes into the two fields of the form, which do the same without it.
import { ground, icon } from './maps/ground.js';

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEP = 8; // pixels: the closer one looks, the finer it moves

export default async function (element) {
  const frame = element.querySelector('[data-map]');
  const find = (name) => frame.querySelector(`[data-${name}]`);
  const [latitude, longitude] = element.querySelectorAll('input');
  const { L, map } = await ground(frame);
  const fields = element.querySelector('details');
  const words = frame.dataset;
  let pin = null;

  const say = (text) => { find('said').textContent = text; };

  function write() {
    const at = pin?.getLatLng().wrap();
    latitude.value = at ? at.lat.toFixed(6) : '';
    longitude.value = at ? at.lng.toFixed(6) : '';
    say(at ? words.put.replace('{point}', `${latitude.value}, ${longitude.value}`) : words.gone);
  }

  function take() {
    pin?.remove();
    pin = null;
    find('take').hidden = true;
  }

  function put(at) {
    if (pin) return pin.setLatLng(at);
    pin = L.marker(at, { draggable: true, autoPan: true, icon: icon(L, 'map__pin', '') }).addTo(map);
    pin.on('dragend', write);
    pin.getElement().setAttribute('aria-label', words.pin);
    pin.getElement().addEventListener('keydown', move);
    find('take').hidden = false;
    return pin;
  }

  function move(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const zoom = map.getZoom();
    pin.setLatLng(map.unproject(map.project(pin.getLatLng(), zoom).add(L.point(step).multiplyBy(STEP)), zoom));
    map.panInside(pin.getLatLng(), { padding: [48, 48] });
    write();
  }

  function read() {
    const [lat, lng] = [latitude, longitude].map((field) => (field.value.trim() ? Number(field.value) : NaN));
    if (!(Math.abs(lat) <= 90 && Math.abs(lng) <= 180)) return take();
    put([lat, lng]);
    map.setView([lat, lng]);
  }

  map.on('click', ({ latlng }) => { put(latlng); write(); });
  find('centre-pin').addEventListener('click', () => { put(map.getCenter()).getElement().focus(); write(); });
  find('take').addEventListener('click', () => { take(); write(); find('centre-pin').focus(); });
  for (const field of [latitude, longitude]) field.addEventListener('change', read);
  read();
  fields.open = Boolean(fields.querySelector('[aria-invalid]'));
}
