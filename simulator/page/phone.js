// One phone: its owner's strip, the talk with the bot, and everything that happens in it.

import { animate, avatar, copyText, el, icon, iconButton } from './dom.js';
import { bubble, idOf } from './bubbles.js';
import { Composer } from './composer.js';
import { hintCard } from './hint.js';
import { alertIn, openMenu, toast } from './sheets.js';
import { SmsDrawer } from './sms.js';
import { dayKey, dayName, shownPhone, words } from './words.js';

const ACTION_SHOWN = 5500; // milliseconds, as in Telegram

export class Phone {
  waiting = new Map(); // pressed buttons without an answer, place → press id
  unread = 0;
  following = true; // the newest message is kept in sight
  #lastTop = 0;
  #actionTimer = null;

  constructor(town, person) {
    this.town = town;
    this.person = person;
    this.chat = town.chats.get(person.id);
    this.sms = new SmsDrawer(this);
    this.composer = new Composer(this);
    this.#build();
    this.showChat(this.chat);
  }

  #build() {
    const { person } = this;
    this.title = el('b', {});
    this.subtitle = el('small', {});
    this.face = el('span', { class: 'face' });
    this.back = iconButton('back', words.chats, () => this.#chooseChat(), { hidden: true });
    this.log = el('ol', { class: 'log' });
    this.scroller = el('div', { class: 'scroller', role: 'log', tabindex: '0', 'aria-live': 'polite', 'aria-label': words.log(person.name) }, this.log);
    this.downCount = el('span', { class: 'badge', hidden: true });
    this.down = el(
      'button',
      { type: 'button', class: 'down', hidden: true, 'aria-label': words.toBottom, onclick: () => this.toBottom(true) },
      icon('down'),
      this.downCount,
    );
    this.screen = el(
      'div',
      { class: 'screen' },
      el('header', { class: 'head' }, this.back, this.face, el('span', { class: 'head__name' }, this.title, this.subtitle), this.#moreButton()),
      el('div', { class: 'wall' }, this.scroller, this.down),
      this.composer.root,
      this.sms.drawer,
      this.sms.notices,
    );
    this.root = el('section', { class: 'phone', 'aria-label': words.phone(person.name) }, this.#strip(), hintCard(this), this.screen);
    this.scroller.addEventListener('scroll', () => this.#watchBottom(), { passive: true });
    const resized = new ResizeObserver(() => this.following && this.toBottom());
    resized.observe(this.scroller);
    resized.observe(this.log);
  }

  #strip() {
    const { person } = this;
    const phone = person.phone ? shownPhone(person.phone) : words.noPhone;
    return el(
      'header',
      { class: 'owner' },
      avatar(person.id, person.name),
      el('span', { class: 'owner__name' }, el('b', {}, person.name), el('small', { title: person.note }, person.note ? `${phone} · ${person.note}` : phone)),
      this.sms.button,
    );
  }

  #moreButton() {
    return iconButton('more', words.more, (event) => openMenu(this.#moreItems(), event.currentTarget, null, this.screen), { 'aria-haspopup': 'menu' });
  }

  #moreItems() {
    const own = this.town.chats.get(this.person.id);
    const blocked = own.standing === 'kicked';
    return [
      { label: words.newGroup, icon: 'group', act: () => this.#newGroup() },
      own.standing === 'stranger' ? null : { label: blocked ? words.unblock : words.block, icon: 'block', danger: !blocked, act: () => this.act(blocked ? 'unblock' : 'block', { chat_id: own.id }) },
    ];
  }

  async #newGroup() {
    const order = { title: words.groupName(this.person.first_name), members: [this.person.id] };
    const group = await this.town.order('groups', order);
    await this.town.act(this.person, 'add_bot', { chat_id: group.id });
    this.showChat(this.town.chats.get(group.id));
  }

  #chooseChat() {
    const items = this.town.chatsOf(this.person).map((chat) => ({
      label: this.nameOf(chat),
      icon: chat.kind === 'group' ? 'group' : 'sms',
      act: () => this.showChat(chat),
    }));
    openMenu(items, this.back, null, this.screen);
  }

  nameOf(chat) {
    return chat.kind === 'group' ? chat.title : this.town.bot.first_name;
  }

  // What is on the screen

  showChat(chat) {
    this.chat = chat;
    this.title.textContent = this.nameOf(chat);
    this.face.replaceChildren(chat.kind === 'group' ? avatar(chat.id, chat.title) : botFace());
    this.back.hidden = this.town.chatsOf(this.person).length < 2;
    this.showAction(null);
    this.log.replaceChildren();
    this.lastDay = null;
    for (const message of chat.messages.values()) if (!message.deleted) this.#append(message);
    this.#showEmpty();
    this.composer.refresh();
    this.toBottom();
  }

  #append(message) {
    if (dayKey(message.date) !== this.lastDay) {
      this.lastDay = dayKey(message.date);
      this.log.append(el('li', { class: 'line line--service', 'data-day': this.lastDay }, el('span', { class: 'pill' }, dayName(message.date))));
    }
    const line = bubble(message, this);
    this.log.append(line);
    this.#group(line.previousElementSibling);
    return line;
  }

  // A run of messages of one sender stands close together; only its last one has a tail.
  #group(line) {
    const from = line?.dataset.from;
    line?.classList.toggle('line--followed', Boolean(from) && from === line.nextElementSibling?.dataset.from);
  }

  #showEmpty() {
    this.log.querySelector('.empty')?.remove();
    if ([...this.chat.messages.values()].some((message) => !message.deleted)) return;
    this.log.append(
      el('li', { class: 'empty' }, el('b', {}, words.empty), this.chat.standing === 'stranger' ? el('span', {}, words.emptyHint(this.town.bot.first_name)) : null),
    );
  }

  showAction(action) {
    clearTimeout(this.#actionTimer);
    const idle = this.chat.kind === 'group' ? words.group(this.chat.members.length + (this.chat.standing === 'member')) : words.bot;
    const text = action ? (words.actions[action] ?? words.typing) : idle;
    this.subtitle.textContent = text;
    this.subtitle.classList.toggle('typing', Boolean(action));
    if (action) this.#actionTimer = setTimeout(() => this.showAction(null), ACTION_SHOWN);
  }

  // What happens

  added(message) {
    if (message.by_bot) this.showAction(null);
    this.log.querySelector('.empty')?.remove();
    const own = message.from.id === this.person.id;
    const stay = this.following || own;
    const line = this.#append(message);
    animate(line, [{ opacity: 0, transform: 'translateY(14px)' }, { opacity: 1, transform: 'none' }], { duration: 200 });
    if (stay) this.toBottom(true);
    else this.#count(1);
    this.composer.refresh();
  }

  changed(message) {
    for (const place of this.waiting.keys()) if (place.startsWith(`${message.message_id}:`)) this.waiting.delete(place);
    const old = document.getElementById(idOf(this, message));
    if (!old || message.deleted) return;
    const line = bubble(message, this);
    if (old.classList.contains('line--followed')) line.classList.add('line--followed');
    old.replaceWith(line);
  }

  async removed(ids) {
    const lines = ids.map((id) => document.getElementById(idOf(this, { chat: this.chat, message_id: id }))).filter(Boolean);
    await Promise.all(lines.map((line) => vanish(line)));
    for (const line of lines) {
      const before = line.previousElementSibling;
      line.remove();
      this.#group(before);
    }
    for (const pill of this.log.querySelectorAll('[data-day]')) {
      const next = pill.nextElementSibling;
      if (next && !next.dataset.day) continue;
      if (pill.dataset.day === this.lastDay) this.lastDay = null;
      pill.remove();
    }
    this.#showEmpty();
  }

  answered({ press, text, show_alert, url }) {
    for (const [place, id] of this.waiting) {
      if (id !== press) continue;
      this.waiting.delete(place);
      this.log.querySelector(`[data-place="${place}"]`)?.removeAttribute('aria-busy');
    }
    if (text && show_alert) alertIn(this.town.bot.first_name, text, this.screen);
    else if (text) this.toast(text);
    if (/^https?:/i.test(url)) open(url, '_blank', 'noopener');
  }

  // What the owner does

  async act(act, order = {}) {
    try {
      return await this.town.act(this.person, act, { chat_id: this.chat.id, ...order });
    } catch (error) {
      this.toast(`${words.notThere}: ${error.message}`);
      return null;
    }
  }

  answerIn(text) {
    return this.act('say', { text });
  }

  async press(message, row, column) {
    const place = `${message.message_id}:${row}:${column}`;
    if (this.waiting.has(place)) return;
    const button = this.log.querySelector(`[data-place="${place}"]`);
    button?.setAttribute('aria-busy', 'true');
    this.waiting.set(place, null);
    const answer = await this.act('press', { message_id: message.message_id, row, column });
    if (answer) this.waiting.set(place, answer.done.press);
    else this.waiting.delete(place);
    setTimeout(() => {
      this.waiting.delete(place);
      this.log.querySelector(`[data-place="${place}"]`)?.removeAttribute('aria-busy');
    }, 15000);
  }

  menuFor(message, anchor, pointer) {
    const own = message.from.id === this.person.id;
    const text = message.text ?? message.caption;
    openMenu(
      [
        { label: words.reply, icon: 'reply', act: () => this.composer.replyTo(message) },
        own && message.text && !message.forward_origin ? { label: words.edit, icon: 'edit', act: () => this.composer.edit(message) } : null,
        text ? { label: words.copy, icon: 'copy', act: () => copyText(text).then(() => this.toast(words.copied)) } : null,
        message.has_protected_content ? null : { label: words.forward, icon: 'forward', act: () => this.#forward(message) },
        { label: words.remove, icon: 'remove', danger: true, act: () => this.act('delete', { message_id: message.message_id }) },
      ],
      anchor,
      pointer,
      this.screen,
    );
  }

  #forward(message) {
    const chats = this.town.chatsOf(this.person);
    const to = (chat) => this.act('forward', { message_id: message.message_id, from_chat_id: message.chat.id, chat_id: chat.id });
    if (chats.length === 1) to(chats[0]);
    else openMenu(chats.map((chat) => ({ label: this.nameOf(chat), icon: 'forward', act: () => to(chat) })), this.face, null, this.screen);
  }

  toast(text) {
    toast(this.screen.querySelector('.wall'), text);
  }

  // Where the reader is

  get atBottom() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 60;
  }

  toBottom(smoothly = false) {
    this.following = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smoothly ? 'smooth' : 'instant' });
    if (!this.hiddenAway) this.#count(0);
  }

  // Counted as unread while the phone is put away or the reader is further up.
  get hiddenAway() {
    return !this.root.isConnected || this.root.hidden;
  }

  #watchBottom() {
    const { scrollTop } = this.scroller;
    if (this.atBottom) this.following = true;
    else if (scrollTop < this.#lastTop) this.following = false;
    this.#lastTop = scrollTop;
    this.down.hidden = this.following;
    if (this.atBottom && !this.hiddenAway) this.#count(0);
  }

  #count(more) {
    this.unread = more ? this.unread + more : 0;
    this.downCount.textContent = String(this.unread);
    this.downCount.hidden = !this.unread;
    this.root.dispatchEvent(new CustomEvent('unread'));
  }

  missed() {
    this.#count(1);
  }

  seen() {
    this.composer.refresh();
    if (this.following) this.toBottom();
  }
}

const botFace = () => el('img', { class: 'avatar', src: '/page/icon.svg', alt: '' });

async function vanish(line) {
  const height = `${line.offsetHeight}px`;
  await animate(
    line,
    [
      { opacity: 1, height, transform: 'none' },
      { opacity: 0, height, transform: 'scale(.85)', offset: 0.5 },
      { opacity: 0, height: '0', transform: 'scale(.85)' },
    ],
    { duration: 260, fill: 'forwards' },
  );
}
