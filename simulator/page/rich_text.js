// Message text: entities into elements, the rest into text nodes.

import { el } from './dom.js';

const TAGS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
};
const SAFE = /^(https?|mailto|tel):/i;

// Entities count UTF-16 units, as JavaScript's strings do.
export function richText(text, entities = [], onCommand = null) {
  const nested = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return pieces(text, nested, 0, text.length, onCommand);
}

function pieces(text, entities, from, to, onCommand) {
  const found = [];
  let place = from;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < place || entity.offset >= to) {
      rest = others;
      continue;
    }
    if (entity.offset > place) found.push(text.slice(place, entity.offset));
    const inside = others.filter((other) => other.offset >= entity.offset && other.offset + other.length <= end);
    found.push(dressed(entity, text.slice(entity.offset, end), pieces(text, inside, entity.offset, end, onCommand), onCommand));
    rest = others.filter((other) => other.offset >= end);
    place = end;
  }
  if (place < to) found.push(text.slice(place, to));
  return found;
}

function dressed(entity, text, children, onCommand) {
  switch (entity.type) {
    case 'pre':
      return el('pre', { 'data-language': entity.language }, el('code', {}, children));
    case 'spoiler':
      return spoiler(children);
    case 'bot_command':
      return onCommand ? el('button', { type: 'button', class: 'link', onclick: () => onCommand(text) }, text) : text;
    case 'text_link':
      return link(entity.url, children);
    case 'url':
      return link(/^[a-z]+:/i.test(text) ? text : `http://${text}`, children);
    case 'email':
      return link(`mailto:${text}`, children);
    case 'phone_number':
      return link(`tel:${text.replaceAll(' ', '')}`, children);
    case 'mention':
    case 'hashtag':
    case 'cashtag':
      return el('span', { class: 'link' }, children);
    default:
      return TAGS[entity.type] ? el(TAGS[entity.type], {}, children) : el('span', {}, children);
  }
}

function link(address, children) {
  if (!SAFE.test(address)) return el('span', { class: 'link' }, children);
  return el('a', { class: 'link', href: address, target: '_blank', rel: 'noopener noreferrer' }, children);
}

function spoiler(children) {
  const cover = el('span', { class: 'spoiler', role: 'button', tabindex: '0' }, children);
  const reveal = () => cover.classList.add('spoiler--open');
  cover.addEventListener('click', reveal);
  cover.addEventListener('keydown', (event) => event.key === 'Enter' && reveal());
  return cover;
}
