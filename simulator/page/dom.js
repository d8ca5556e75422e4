// Building the page out of elements and text nodes; nothing here ever parses markup.

const SVG = 'http://www.w3.org/2000/svg';

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== 'list' && typeof value !== 'string') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Strokes on a 24 × 24 field.
const STROKES = {
  send: 'M3.4 20.4 21 12 3.4 3.6 3.4 10l11 2-11 2z',
  attach: 'M8 12.5v4a4 4 0 0 0 8 0V7a2.8 2.8 0 0 0-5.6 0v9a1.4 1.4 0 0 0 2.8 0V8',
  menu: 'M4 7h16M4 12h16M4 17h16',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M20 12H5m6-7-7 7 7 7',
  down: 'M6 9.5l6 6 6-6',
  grid: 'M4 6h4v4H4zM10 6h4v4h-4zM16 6h4v4h-4zM4 14h4v4H4zM10 14h4v4h-4zM16 14h4v4h-4z',
  phone: 'M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2',
  sms: 'M4 5h16v11H9l-4 4v-4H4zM8 10.5v.01M12 10.5v.01M16 10.5v.01',
  photo: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01',
  document: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  sticker: 'M12 3a9 9 0 1 0 9 9l-9-9zM12 3c0 5 4 9 9 9M8.5 13.5c1 2 4 2.5 6 .5',
  voice: 'M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4zM6 11.5a6 6 0 0 0 12 0M12 17.5V21',
  location: 'M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z',
  contact: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0z',
  reply: 'M10 7 4 12l6 5v-3.5c5 0 8 1.5 10 5 0-6-3.5-9-10-9z',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  forward: 'M14 7l6 5-6 5v-3.5c-5 0-8 1.5-10 5 0-6 3.5-9 10-9z',
  remove: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  block: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM6.5 6.5l11 11',
  group: 'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM3 19a6 6 0 0 1 12 0zM16 11.5a2.8 2.8 0 1 0-1-5.4M17 19h4a5 5 0 0 0-5-5',
  theme: 'M12 4a8 8 0 1 0 8 8 6 6 0 0 1-8-8z',
  bench: 'M9 3h6M10 3v6l-5.5 10A1.5 1.5 0 0 0 6 21h12a1.5 1.5 0 0 0 1.5-2L14 9V3M8 14h8',
  plus: 'M12 5v14M5 12h14',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  link: 'M8 16 16 8M9.5 8H16v6.5',
  play: 'M8 5.5v13l11-6.5z',
  key: 'M14.5 13.5a4.5 4.5 0 1 0-4-4L4 16v4h4v-2.5h2.5V15zM15.5 8.5v.01',
};
const FILLED = new Set(['send', 'contact', 'play', 'reply', 'forward']);

export function icon(name) {
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('aria-hidden', 'true');
  drawing.classList.add('icon');
  if (FILLED.has(name)) drawing.classList.add('icon--filled');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', STROKES[name]);
  drawing.append(path);
  return drawing;
}

export function ticks(taken) {
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('viewBox', '0 0 20 12');
  drawing.classList.add('ticks');
  for (const shape of taken ? ['M1.5 6.5 5 10l7-8.5', 'M8.5 9.5 9 10l7.5-8.5'] : ['M5 6.5 8.5 10l7-8.5']) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', shape);
    drawing.append(path);
  }
  return drawing;
}

export function iconButton(name, label, onclick, attributes = {}) {
  return el('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...attributes }, icon(name));
}

const PALETTE = 7;
export function avatar(id, name) {
  const letters = name.split(/\s+/).filter(Boolean);
  const shown = (letters[0]?.[0] ?? '?') + (letters.length > 1 ? letters.at(-1)[0] : '');
  return el('span', { class: `avatar avatar--${Math.abs(id) % PALETTE}`, 'aria-hidden': 'true' }, shown.toUpperCase());
}

export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

export async function animate(element, frames, options) {
  if (calm()) return;
  try {
    await element.animate(frames, { easing: 'cubic-bezier(.2,.8,.3,1)', ...options }).finished;
  } catch {
    // The element went away meanwhile.
  }
}

// Arrow keys move among the buttons of a group; Tab keeps its natural order.
export function arrowsAmongButtons(group) {
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || event.target.matches('textarea, input')) return;
    const buttons = [...group.querySelectorAll('button:not(:disabled), a[href]')];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  return group;
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without the clipboard's permission, the old way.
    const field = el('textarea', { class: 'offstage' });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}
