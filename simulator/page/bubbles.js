// A message as a bubble: text, pictures, files, contacts, places, stickers, service lines, buttons.

import { arrowsAmongButtons, avatar, copyText, el, icon, ticks } from './dom.js';
import { richText } from './rich_text.js';
import { viewPhoto } from './sheets.js';
import { shownPhone, sizeOf, timeOf, words } from './words.js';

// `phone` gives: person, chat, town, act(), answerIn(text), menuFor(message, anchor), waiting (presses)
export function bubble(message, phone) {
  const service = serviceLine(message);
  if (service) return el('li', { class: 'line line--service', id: idOf(phone, message) }, el('span', { class: 'pill' }, service));
  const own = message.from.id === phone.person.id;
  const parts = content(message, phone);
  const bare = Boolean(message.sticker);
  const box = el(
    'div',
    { class: `bubble${bare ? ' bubble--bare' : ''}${message.photo ? ' bubble--photo' : ''}` },
    phone.chat.kind === 'group' && !own && !bare ? el('div', { class: 'sender' }, message.from.first_name) : null,
    origin(message),
    quoted(message, phone),
    ...parts,
    stamp(message, own),
  );
  const line = el(
    'li',
    { class: `line ${own ? 'line--own' : 'line--other'}`, id: idOf(phone, message), 'data-from': message.from.id },
    el('div', { class: 'stack' }, box, inlineKeyboard(message, phone)),
    el(
      'button',
      {
        type: 'button',
        class: 'grip',
        'aria-label': words.messageMenu,
        'aria-haspopup': 'menu',
        onclick: (event) => phone.menuFor(message, event.currentTarget),
      },
      icon('more'),
    ),
  );
  line.addEventListener('contextmenu', (event) => {
    if (event.target.closest('a')) return;
    event.preventDefault();
    phone.menuFor(message, box, event);
  });
  return line;
}

export const idOf = (phone, message) => `m-${phone.person.id}-${message.chat.id}-${message.message_id}`;

function serviceLine(message) {
  if (message.new_chat_members) {
    return words.addedBot(message.from.first_name, message.new_chat_members.map((each) => each.first_name).join(', '));
  }
  return message.left_chat_member ? words.leftBot(message.left_chat_member.first_name) : null;
}

function origin(message) {
  const from = message.forward_origin?.sender_user;
  return from ? el('div', { class: 'origin' }, `${words.forwardedFrom} `, el('b', {}, nameOf(from))) : null;
}

const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(' ');

function quoted(message, phone) {
  const replied = message.reply_to_message;
  if (!replied) return null;
  const show = () => document.getElementById(idOf(phone, replied))?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  return el(
    'button',
    { type: 'button', class: 'quoted', onclick: show },
    el('b', {}, replied.from.first_name),
    el('span', {}, summary(replied)),
  );
}

export function summary(message) {
  const kinds = ['photo', 'document', 'sticker', 'voice', 'location', 'contact'];
  const kind = kinds.find((each) => message[each]);
  const text = message.text ?? message.caption ?? '';
  if (kind === 'sticker') return `${message.sticker.emoji} ${words.sticker}`;
  if (kind === 'document') return text || message.document.file_name;
  return text || serviceLine(message) || (kind ? words[kind] : '');
}

function content(message, phone) {
  const say = (text) => phone.answerIn(text);
  const parts = [];
  if (message.photo) parts.push(photo(message));
  if (message.document) parts.push(documentCard(message.document));
  if (message.sticker) parts.push(el('div', { class: 'sticker', role: 'img', 'aria-label': words.sticker }, message.sticker.emoji));
  if (message.voice) parts.push(voice(message.voice));
  if (message.location) parts.push(place(message.location));
  if (message.contact) parts.push(contactCard(message.contact));
  const text = message.text ?? message.caption;
  const entities = message.entities ?? message.caption_entities;
  if (text) parts.push(el('div', { class: 'text' }, richText(text, entities, say)));
  return parts;
}

function photo(message) {
  const size = message.photo.at(-1);
  const address = `/play/files/${encodeURIComponent(size.file_unique_id)}`;
  const picture = el('img', { src: address, alt: message.caption ?? words.photo, width: size.width, height: size.height, decoding: 'async' });
  return el(
    'button',
    { type: 'button', class: 'photo', 'aria-label': words.openPhoto, onclick: () => viewPhoto(address, message.caption ?? '') },
    picture,
  );
}

function documentCard(file) {
  return el(
    'a',
    {
      class: 'file',
      href: `/play/files/${encodeURIComponent(file.file_unique_id)}`,
      download: file.file_name,
      'aria-label': words.download(file.file_name),
    },
    el('span', { class: 'file__icon' }, icon('document')),
    el('span', { class: 'file__name' }, el('b', {}, file.file_name), el('small', {}, sizeOf(file.file_size))),
  );
}

function voice(file) {
  const bars = Array.from({ length: 28 }, (_, place) => el('i', { class: `bar-${(place * 7 + 3) % 9}` }));
  const length = `0:${String(file.duration).padStart(2, '0')}`;
  return el(
    'div',
    { class: 'voice', role: 'img', 'aria-label': `${words.voice}, ${length}` },
    el('span', { class: 'file__icon' }, icon('play')),
    el('span', { class: 'voice__bars' }, bars, el('small', {}, length)),
  );
}

function place({ latitude, longitude }) {
  return el(
    'div',
    { class: 'place', role: 'img', 'aria-label': `${words.location} ${latitude}, ${longitude}` },
    el('span', { class: 'place__pin' }, icon('location')),
    el('small', {}, `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`),
  );
}

function contactCard(contact) {
  const phone = contact.phone_number.startsWith('+') ? contact.phone_number : `+${contact.phone_number}`;
  const name = nameOf(contact);
  return el(
    'div',
    { class: 'contact' },
    avatar(contact.user_id ?? 0, name),
    el('span', { class: 'file__name' }, el('b', {}, name), el('small', {}, shownPhone(phone))),
  );
}

function stamp(message, own) {
  return el(
    'span',
    { class: 'stamp' },
    message.edit_date ? el('span', {}, `${words.edited} `) : null,
    el('time', { datetime: new Date(message.date * 1000).toISOString() }, timeOf(message.date)),
    own
      ? el('span', { class: 'stamp__ticks', title: message.taken ? words.taken : words.sent }, ticks(message.taken))
      : null,
    own ? el('span', { class: 'offstage' }, message.taken ? words.taken : words.sent) : null,
  );
}

function inlineKeyboard(message, phone) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const group = el('div', { class: 'buttons', role: 'group' });
  rows.forEach((row, rowAt) => {
    const shown = row.map((button, column) => inlineButton(button, message, phone, rowAt, column));
    group.append(el('div', { class: 'buttons__row' }, shown));
  });
  return arrowsAmongButtons(group);
}

function inlineButton(button, message, phone, row, column) {
  if (button.url) {
    const safe = /^(https?|mailto|tel):/i.test(button.url) ? button.url : undefined;
    return el('a', { class: 'button', href: safe, target: '_blank', rel: 'noopener noreferrer' }, button.text, icon('link'));
  }
  const place = `${message.message_id}:${row}:${column}`;
  const onclick = button.copy_text
    ? () => copyText(button.copy_text.text).then(() => phone.toast(words.copied))
    : () => phone.press(message, row, column);
  return el(
    'button',
    { type: 'button', class: 'button', 'data-place': place, 'aria-busy': phone.waiting.has(place) ? 'true' : undefined, onclick },
    button.text,
    button.copy_text ? icon('copy') : null,
  );
}
