// A phone's SMS: the drawer with the inbox, its badge, and the notification that slides in.

import { animate, copyText, el, icon, iconButton } from './dom.js';
import { timeOf, words } from './words.js';

const CODE = /(?<!\d)\d{4,8}(?!\d)/;
const SHOWN = 20000; // milliseconds a notification stays

export class SmsDrawer {
  constructor(phone) {
    this.phone = phone;
    this.badge = el('span', { class: 'badge', hidden: true });
    this.button = el(
      'button',
      { type: 'button', class: 'owner__sms', 'aria-expanded': 'false', onclick: () => this.toggle() },
      icon('sms'),
      el('span', {}, 'SMS'),
      this.badge,
    );
    this.list = el('ol', { class: 'sms__list', 'aria-label': words.sms });
    this.drawer = el(
      'div',
      { class: 'sms', hidden: true },
      el('header', { class: 'sms__head' }, el('b', {}, words.sms), iconButton('close', words.close, () => this.toggle(false))),
      this.list,
    );
    this.drawer.addEventListener('keydown', (event) => event.key === 'Escape' && this.toggle(false));
    this.notices = el('div', { class: 'notices', role: 'region', 'aria-live': 'polite', 'aria-label': words.sms });
    this.refresh();
  }

  get #key() {
    return `sms:${this.phone.town.edition}:${this.phone.person.phone}`;
  }

  get unread() {
    const all = this.phone.town.smsOf(this.phone.person).length;
    return Math.max(0, all - Number(sessionStorage.getItem(this.#key) ?? 0));
  }

  refresh() {
    const { person, town } = this.phone;
    const all = town.smsOf(person);
    const nothing = person.phone ? words.smsEmpty : words.smsNone;
    this.list.replaceChildren(...(all.length ? [...all].reverse().map((sms) => this.#item(sms)) : [el('li', { class: 'sms__empty' }, nothing)]));
    this.badge.textContent = String(this.unread);
    this.badge.hidden = this.unread === 0;
    this.button.setAttribute('aria-label', this.unread ? `${words.sms}: ${words.unread(this.unread)}` : words.sms);
  }

  toggle(open = this.drawer.hidden) {
    this.drawer.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
    if (open) {
      this.#markRead();
      this.drawer.querySelector('button').focus();
      animate(this.drawer, [{ transform: 'translateY(24px)', opacity: 0 }, { transform: 'none', opacity: 1 }], { duration: 180 });
    } else {
      this.button.focus();
    }
  }

  #markRead() {
    sessionStorage.setItem(this.#key, String(this.phone.town.smsOf(this.phone.person).length));
    this.refresh();
  }

  arrived(sms) {
    if (!this.drawer.hidden) this.#markRead();
    else this.refresh();
    const notice = el('article', { class: 'notice' }, this.#head(sms), el('p', {}, sms.text), this.#buttons(sms, () => leave()));
    const leave = async () => {
      await animate(notice, [{ transform: 'none', opacity: 1 }, { transform: 'translateY(-110%)', opacity: 0 }], { duration: 200, fill: 'forwards' });
      notice.remove();
    };
    notice.addEventListener('keydown', (event) => event.key === 'Escape' && leave());
    this.notices.replaceChildren(notice);
    animate(notice, [{ transform: 'translateY(-110%)', opacity: 0 }, { transform: 'none', opacity: 1 }], { duration: 320 });
    const goLater = () => setTimeout(() => (notice.matches(':hover, :focus-within') ? goLater() : leave()), SHOWN);
    goLater();
  }

  #head(sms) {
    return el('header', {}, el('span', { class: 'notice__icon' }, icon('sms')), el('b', {}, words.smsFrom), el('time', {}, timeOf(sms.at)));
  }

  #item(sms) {
    return el('li', { class: 'sms__item' }, el('time', {}, timeOf(sms.at)), el('p', {}, sms.text), this.#buttons(sms, () => this.toggle(false)));
  }

  #buttons(sms, done) {
    const code = sms.text.match(CODE)?.[0];
    if (!code) return null;
    const insert = () => {
      this.#markRead();
      done();
      this.phone.composer.insert(code);
    };
    const copy = () => copyText(code).then(() => this.phone.toast(words.copied));
    return el(
      'div',
      { class: 'notice__buttons' },
      el('button', { type: 'button', onclick: insert }, words.insertCode),
      el('button', { type: 'button', onclick: copy }, words.copyCode),
    );
  }
}
