// The card with a person's demo credentials; each value goes into the message field by a press.

import { el, icon } from './dom.js';
import { words } from './words.js';

export function hintCard(phone) {
  const { person } = phone;
  if (!person.hint) return null;
  const key = `hint:${person.id}`;
  const card = el('details', { class: 'hint' }, el('summary', {}, icon('key'), words.hint));
  const small = matchMedia('(max-width: 719px)').matches;
  card.open = (localStorage.getItem(key) ?? (small ? 'shut' : 'open')) === 'open';
  card.querySelector('summary').addEventListener('click', () => localStorage.setItem(key, card.open ? 'shut' : 'open'));
  card.append(el('dl', {}, person.hint.split('\n').filter(Boolean).flatMap((line) => hintLine(line, phone))));
  return card;
}

function hintLine(line, phone) {
  const [, label, value] = line.match(/^([^:]+):\s*(.+)$/) ?? [null, line, null];
  if (value === null) return [el('dt', { class: 'hint__note' }, label)];
  const insert = () => phone.composer.insert(value);
  return [
    el('dt', {}, label),
    el('dd', {}, el('button', { type: 'button', class: 'hint__value', title: words.insert(value), 'aria-label': words.insert(value), onclick: insert }, value)),
  ];
}
