// The foot of a chat: message field, menu of commands, attachments, the bot's reply keyboard.

import { attachMenu, sendFile, shareOwnContact, shareLocation } from './attach.js';
import { arrowsAmongButtons, el, icon, iconButton } from './dom.js';
import { summary } from './bubbles.js';
import { openMenu } from './sheets.js';
import { words } from './words.js';

export class Composer {
  #mode = null; // {kind: 'reply' | 'edit', message}

  constructor(phone) {
    this.phone = phone;
    this.field = el('textarea', { rows: '1', placeholder: words.message, 'aria-label': words.message, enterkeyhint: 'send', autocomplete: 'off' });
    this.field.addEventListener('input', () => this.#typed());
    this.field.addEventListener('keydown', (event) => this.#key(event));
    this.field.addEventListener('paste', (event) => this.#pasted(event));
    this.menu = el('button', { type: 'button', class: 'menu-button', 'aria-label': words.commands, 'aria-haspopup': 'menu', onclick: () => this.#openCommands() }, icon('menu'), el('span', {}, words.menu));
    this.attach = iconButton('attach', words.attach, (event) => openMenu(attachMenu(phone), event.currentTarget, null, phone.screen), { 'aria-haspopup': 'menu' });
    this.keys = iconButton('grid', words.keyboardShow, () => this.#foldKeyboard());
    this.sendButton = iconButton('send', words.send, () => this.send());
    this.sendButton.classList.add('send');
    this.suggestions = el('div', { class: 'suggestions', hidden: true });
    this.banner = el('div', { class: 'banner', hidden: true });
    this.row = el('div', { class: 'composer__row' }, this.menu, this.attach, this.field, this.keys, this.sendButton);
    this.big = el('button', { type: 'button', class: 'big', hidden: true, onclick: () => this.#begin() });
    this.keyboard = el('div', { class: 'keyboard', role: 'group', 'aria-label': words.keyboard, hidden: true });
    arrowsAmongButtons(this.keyboard);
    this.root = el('footer', { class: 'composer' }, this.suggestions, this.banner, this.row, this.big, this.keyboard);
    this.root.addEventListener('dragover', (event) => event.preventDefault());
    this.root.addEventListener('drop', (event) => this.#dropped(event));
  }

  refresh() {
    const { chat } = this.phone;
    const stranger = chat.kind === 'private' && chat.standing === 'stranger';
    const blocked = chat.kind === 'private' && chat.standing === 'kicked';
    this.big.hidden = !(stranger || blocked);
    this.big.textContent = blocked ? words.restart : words.start;
    this.row.hidden = stranger || blocked;
    this.menu.hidden = this.phone.town.commandsFor(this.phone.person).length === 0;
    this.#showKeyboard();
    this.#typed();
  }

  async #begin() {
    if (this.phone.chat.standing === 'kicked') await this.phone.act('unblock');
    await this.phone.act('say', { text: '/start' });
    this.field.focus();
  }

  // Typing

  #typed() {
    this.field.style.height = 'auto';
    if (this.field.scrollHeight) this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`;
    this.row.classList.toggle('composer__row--full', this.field.value.trim() !== '');
    this.#suggest();
  }

  #key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === 'Escape') {
      if (!this.suggestions.hidden) this.suggestions.hidden = true;
      else this.#leaveMode();
    } else if (event.key === 'ArrowUp' && !this.field.value) {
      this.#editLast(event);
    }
  }

  #editLast(event) {
    const own = [...this.phone.chat.messages.values()].filter((each) => each.from.id === this.phone.person.id && each.text && !each.deleted);
    if (!own.length) return;
    event.preventDefault();
    this.edit(own.at(-1));
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    const mode = this.#mode;
    this.field.value = '';
    this.#leaveMode();
    this.#typed();
    this.field.focus();
    if (mode?.kind === 'edit') await this.phone.act('edit', { message_id: mode.message.message_id, text });
    else await this.phone.act('say', { text, reply_to: mode?.message.message_id ?? null });
  }

  insert(text) {
    if (this.row.hidden) return;
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    this.field.value = value.slice(0, from) + text + value.slice(to);
    this.#typed();
    this.field.focus();
  }

  #suggest() {
    const { value } = this.field;
    const found = /^\/\w*$/.test(value)
      ? this.phone.town.commandsFor(this.phone.person).filter((each) => `/${each.command}`.startsWith(value))
      : [];
    this.suggestions.hidden = found.length === 0;
    this.suggestions.replaceChildren(
      ...found.map((each) =>
        el('button', { type: 'button', onclick: () => this.#sayCommand(each.command) }, el('b', {}, `/${each.command}`), el('span', {}, each.description)),
      ),
    );
    arrowsAmongButtons(this.suggestions);
  }

  #sayCommand(command) {
    this.field.value = '';
    this.#typed();
    this.phone.act('say', { text: `/${command}` });
    this.field.focus();
  }

  #openCommands() {
    const items = this.phone.town.commandsFor(this.phone.person).map((each) => ({
      label: `/${each.command}`,
      detail: each.description,
      act: () => this.#sayCommand(each.command),
    }));
    openMenu(items, this.menu, null, this.phone.screen);
  }

  // Replying and editing

  replyTo(message) {
    this.#enterMode('reply', message, words.replyTo(message.from.first_name));
  }

  edit(message) {
    this.field.value = message.text;
    this.#enterMode('edit', message, words.editing);
    this.#typed();
  }

  #enterMode(kind, message, title) {
    this.#mode = { kind, message };
    this.banner.replaceChildren(
      icon(kind),
      el('span', {}, el('b', {}, title), el('span', {}, summary(message))),
      iconButton('close', words.cancel, () => this.#leaveMode()),
    );
    this.banner.hidden = false;
    this.field.focus();
  }

  #leaveMode() {
    if (this.#mode?.kind === 'edit') this.field.value = '';
    this.#mode = null;
    this.banner.hidden = true;
    this.#typed();
  }

  // The bot's keyboard

  #showKeyboard() {
    const { keyboard } = this.phone.chat;
    const rows = this.row.hidden ? [] : (keyboard?.markup.keyboard ?? []);
    const open = rows.length > 0 && !keyboard.hidden;
    this.keys.hidden = rows.length === 0;
    this.keys.setAttribute('aria-label', open ? words.keyboardHide : words.keyboardShow);
    this.keys.classList.toggle('icon-button--on', open);
    this.keyboard.hidden = !open;
    this.keyboard.classList.toggle('keyboard--tall', open && !keyboard.markup.resize_keyboard);
    this.keyboard.replaceChildren(...(open ? rows.map((row) => el('div', { class: 'keyboard__row' }, row.map((key) => this.#keyButton(key)))) : []));
    this.field.placeholder = keyboard?.markup.input_field_placeholder || words.message;
    if (keyboard?.markup.force_reply && this.#mode?.message.message_id !== keyboard.message_id) this.#forcedReply(keyboard);
  }

  #forcedReply(keyboard) {
    const message = this.phone.chat.messages.get(keyboard.message_id);
    if (message && !message.deleted) this.replyTo(message);
  }

  #keyButton(key) {
    const onclick = () => {
      if (key.request_contact) shareOwnContact(this.phone);
      else if (key.request_location) shareLocation(this.phone);
      else this.phone.act('say', { text: key.text });
    };
    const mark = key.request_contact ? icon('contact') : key.request_location ? icon('location') : null;
    return el('button', { type: 'button', class: 'key', onclick }, mark, key.text);
  }

  #foldKeyboard() {
    this.phone.act('fold_keyboard', { hidden: !this.phone.chat.keyboard.hidden });
  }

  // Files that are pasted or dropped

  #pasted(event) {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    sendFile(this.phone, file);
  }

  #dropped(event) {
    event.preventDefault();
    for (const file of event.dataTransfer.files) sendFile(this.phone, file);
  }
}
