// What lies over a phone: dialogs, menus, toasts, the photo viewer.

import { animate, arrowsAmongButtons, calm, el, icon, iconButton } from './dom.js';
import { words } from './words.js';

// A modal dialog in the middle of a phone (or of the window). Resolves with what was chosen, null when closed.
export function ask({ title, text, body, buttons, over, className = '' }) {
  return new Promise((resolve) => {
    const dialog = el('dialog', { class: `sheet ${className}`, 'aria-label': title });
    const finish = (value) => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const row = (buttons ?? []).map(({ label, value, main, data }) =>
      el('button', { type: 'button', class: main ? 'sheet__main' : '', onclick: () => finish(data ? data() : value) }, label),
    );
    dialog.append(
      ...[
        title ? el('h2', {}, title) : null,
        text ? el('p', {}, text) : null,
        body ? (typeof body === 'function' ? body(finish) : body) : null,
        row.length ? el('div', { class: 'sheet__buttons' }, row) : null,
      ].filter(Boolean),
    );
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      finish(null);
    });
    dialog.addEventListener('click', (event) => event.target === dialog && finish(null));
    document.body.append(dialog);
    place(dialog, over);
    dialog.showModal();
    animate(dialog, [{ opacity: 0, scale: 0.94 }, { opacity: 1, scale: 1 }], { duration: 160 });
  });
}

function place(dialog, over) {
  if (!over) return;
  const area = over.getBoundingClientRect();
  dialog.style.setProperty('--middle', `${area.left + area.width / 2}px`);
  dialog.style.setProperty('--width', `${Math.min(area.width - 40, 340)}px`);
}

export const confirm = (title, text, yes, over) =>
  ask({
    title,
    text,
    over,
    buttons: [
      { label: words.cancel, value: false },
      { label: yes, value: true, main: true },
    ],
  });

export const alertIn = (title, text, over) =>
  ask({ title, text, over, buttons: [{ label: words.ok, value: true, main: true }] });

// A menu at an anchor, or at the place of the pointer. `items`: {label, detail, icon, act, danger}
export function openMenu(items, anchor, pointer, within) {
  document.querySelector('.menu')?.close?.();
  const menu = el('dialog', { class: 'menu', role: 'menu', 'aria-label': words.more });
  const close = () => {
    menu.close();
    menu.remove();
  };
  for (const { label, detail, icon: name, act, danger } of items.filter(Boolean)) {
    const onclick = () => {
      close();
      act();
    };
    menu.append(
      el('button', { type: 'button', role: 'menuitem', class: danger ? 'menu__danger' : '', onclick }, name ? icon(name) : null, detail ? el('b', {}, label) : label, detail ? el('span', {}, detail) : null),
    );
  }
  arrowsAmongButtons(menu);
  menu.addEventListener('click', (event) => event.target === menu && close());
  menu.addEventListener('cancel', (event) => {
    event.preventDefault();
    close();
  });
  document.body.append(menu);
  menu.showModal();
  settle(menu, anchor, pointer, within);
  animate(menu, [{ opacity: 0, transform: 'translateY(-6px) scale(.96)' }, { opacity: 1, transform: 'none' }], { duration: 130 });
}

function settle(menu, anchor, pointer, within) {
  const edge = (within ?? document.body).getBoundingClientRect();
  const at = anchor.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const left = pointer ? pointer.clientX : Math.min(at.left, at.right - size.width);
  const below = pointer ? pointer.clientY : at.bottom + 4;
  const top = below + size.height > innerHeight - 8 ? (pointer ? pointer.clientY : at.top - 4) - size.height : below;
  menu.style.left = `${Math.max(edge.left + 6, Math.min(left, edge.right - size.width - 6))}px`;
  menu.style.top = `${Math.max(6, top)}px`;
}

// A short word over a phone that goes away by itself.
export function toast(host, text, wait = 3500) {
  host.querySelector('.toast')?.remove();
  const shown = el('div', { class: 'toast', role: 'status' }, text);
  host.append(shown);
  animate(shown, [{ opacity: 0, transform: 'translateY(8px)' }, { opacity: 1, transform: 'none' }], { duration: 180 });
  setTimeout(async () => {
    await animate(shown, [{ opacity: 1 }, { opacity: 0 }], { duration: 200, fill: 'forwards' });
    shown.remove();
  }, Math.max(wait, text.length * 70));
}

export function viewPhoto(address, caption) {
  const viewer = el('dialog', { class: 'viewer', 'aria-label': words.photo });
  const close = () => {
    viewer.close();
    viewer.remove();
  };
  const picture = el('img', { src: address, alt: caption || words.photo });
  const zoom = () => frame.classList.toggle('viewer__frame--close');
  const frame = el('button', { type: 'button', class: 'viewer__frame', 'aria-label': words.zoom, onclick: zoom }, picture);
  viewer.append(frame, caption ? el('p', {}, caption) : '', iconButton('close', words.close, close));
  viewer.addEventListener('cancel', (event) => {
    event.preventDefault();
    close();
  });
  viewer.addEventListener('click', (event) => event.target === viewer && close());
  document.body.append(viewer);
  viewer.showModal();
  if (!calm()) animate(picture, [{ opacity: 0, scale: 0.9 }, { opacity: 1, scale: 1 }], { duration: 180 });
}
