// What every map here stands on: Leaflet, our style, and below the points what the operator chose. Nobody else is asked.
const HERE = import.meta.url;
const VENDOR = new URL('../../vendor/leaflet/', HERE);
const CALM = matchMedia('(prefers-reduced-motion: reduce)');

function styled(url) {
  return new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement('link'), {
      rel: 'stylesheet', href: url, onload: done, onerror: failed,
    }));
  });
}

// Leaflet's own layer of tiles empties a picture that it no longer needs by a data: address, which our policy refuses.
function tiles(L, address) {
  const Tiles = L.GridLayer.extend({
    createTile(at, done) {
      const picture = Object.assign(document.createElement('img'), { alt: '' });
      picture.onload = () => done(null, picture);
      picture.onerror = () => done(new Error('no tile'), picture);
      picture.src = L.Util.template(address, at);
      return picture;
    },
  });
  return new Tiles();
}

async function outlines(L, map, address) {
  const answer = await fetch(address);
  if (!answer.ok) return;
  L.geoJSON(await answer.json(), {
    interactive: false,
    style: { className: 'map__outline', weight: 2 },
    pointToLayer: () => null,
    onEachFeature: ({ properties }, layer) => {
      const name = document.createElement('span');
      name.textContent = properties?.name ?? '';
      if (name.textContent) layer.bindTooltip(name, { permanent: true, direction: 'center', className: 'map__place' });
    },
  }).addTo(map);
}

// `frame` holds the map's data and, hidden until now, the place where it is drawn: [data-canvas].
export async function ground(frame) {
  const { dataset } = frame;
  const [, , { default: L = window.L }] = await Promise.all([
    styled(new URL('leaflet.css', VENDOR)),
    styled(new URL('../../css/map.css', HERE)),
    import(new URL('leaflet.js', VENDOR)),
  ]);
  frame.hidden = false;
  const moves = !CALM.matches;
  const map = L.map(frame.querySelector('[data-canvas]'), {
    attributionControl: false, zoomControl: false, scrollWheelZoom: false, minZoom: 3, maxZoom: 18,
    zoomSnap: dataset.tiles ? 1 : 0.25,
    fadeAnimation: moves, zoomAnimation: moves, markerZoomAnimation: moves, inertia: moves,
  });
  if (!moves) map.panBy = (by, options) => L.Map.prototype.panBy.call(map, by, { ...options, animate: false });
  const [latitude, longitude, zoom] = dataset.centre.split(',').map(Number);
  map.setView([latitude, longitude], zoom);
  L.control.zoom({ position: 'bottomright', zoomInTitle: dataset.zoomIn, zoomOutTitle: dataset.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (dataset.tiles) tiles(L, dataset.tiles).addTo(map);
  if (dataset.outlines) outlines(L, map, dataset.outlines);
  return { L, map };
}

// `parts`: elements or texts. Sized and placed by our style.
export function icon(L, className, ...parts) {
  const html = document.createElement('span');
  html.append(...parts);
  return L.divIcon({ className, html, iconSize: null });
}
