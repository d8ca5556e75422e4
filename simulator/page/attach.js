// What can be attached: pictures, files, stickers, contacts, places, voices.

import { avatar, el } from './dom.js';
import { ask, confirm } from './sheets.js';
import { shownPhone, sizeOf, words } from './words.js';

const LARGEST = 20 * 1024 * 1024;
const STICKERS = ['👋', '👍', '❤️', '😂', '🙏', '🎉', '😢', '💉', '🏥'];

export function attachMenu(phone) {
  return [
    { label: words.photo, icon: 'photo', act: () => chooseFile(phone, 'image/*') },
    { label: words.document, icon: 'document', act: () => chooseFile(phone, '') },
    { label: words.sticker, icon: 'sticker', act: () => chooseSticker(phone) },
    { label: words.contact, icon: 'contact', act: () => chooseContact(phone) },
    { label: words.location, icon: 'location', act: () => shareLocation(phone) },
    { label: words.voice, icon: 'voice', act: () => phone.act('attach', { kind: 'voice', duration: 3 }) },
  ];
}

function chooseFile(phone, accept) {
  const input = el('input', { type: 'file', accept });
  input.addEventListener('change', () => input.files[0] && sendFile(phone, input.files[0], accept !== ''));
  input.click();
}

export async function sendFile(phone, file, asPhoto = file.type.startsWith('image/')) {
  if (file.size > LARGEST) {
    phone.toast(words.tooBig);
    return;
  }
  const caption = await askCaption(phone, file, asPhoto);
  if (caption === null) return;
  const data = await base64(file);
  await phone.act('attach', { kind: asPhoto ? 'photo' : 'document', name: file.name, mime_type: file.type, data, caption });
}

function askCaption(phone, file, asPhoto) {
  const field = el('input', { type: 'text', placeholder: words.caption, 'aria-label': words.caption, maxlength: '1024' });
  const shown = asPhoto
    ? el('img', { class: 'sheet__photo', src: URL.createObjectURL(file), alt: file.name })
    : el('p', { class: 'sheet__file' }, el('b', {}, file.name), ` ${sizeOf(file.size)}`);
  const body = (finish) => {
    field.addEventListener('keydown', (event) => event.key === 'Enter' && finish(field.value));
    return el('div', {}, shown, field);
  };
  return ask({
    title: asPhoto ? words.sendPhoto : words.sendDocument,
    body,
    over: phone.screen,
    buttons: [
      { label: words.cancel, value: null },
      { label: words.send, main: true, data: () => field.value },
    ],
  });
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

async function chooseSticker(phone) {
  const body = (finish) =>
    el('div', { class: 'sheet__stickers' }, STICKERS.map((emoji) => el('button', { type: 'button', 'aria-label': `${words.sticker} ${emoji}`, onclick: () => finish(emoji) }, emoji)));
  const emoji = await ask({ title: words.chooseSticker, body, over: phone.screen, buttons: [{ label: words.cancel, value: null }] });
  if (emoji) await phone.act('attach', { kind: 'sticker', emoji });
}

async function chooseContact(phone) {
  const { person, town } = phone;
  const known = [person, ...[...town.people.values()].filter((each) => each.id !== person.id)].filter((each) => each.phone);
  const body = (finish) =>
    el(
      'div',
      { class: 'sheet__people' },
      known.map((each) =>
        el(
          'button',
          { type: 'button', onclick: () => finish(each) },
          avatar(each.id, each.name),
          el('span', {}, el('b', {}, each === person ? `${each.name} (${words.ownNumber})` : each.name), el('small', {}, shownPhone(each.phone))),
        ),
      ),
    );
  const chosen = await ask({ title: words.chooseContact, body, over: phone.screen, buttons: [{ label: words.cancel, value: null }] });
  if (!chosen) return;
  await phone.act('contact', chosen === person ? { kind: 'own' } : { kind: 'other', of: chosen.id });
}

export async function shareOwnContact(phone) {
  const sure = await confirm(words.shareTitle, words.shareText(phone.town.bot.first_name), words.share, phone.screen);
  if (sure) await phone.act('contact', { kind: 'own' });
}

export async function shareLocation(phone) {
  const sure = await confirm(words.locationTitle, words.locationText, words.share, phone.screen);
  if (sure) await phone.act('attach', { kind: 'location' });
}
