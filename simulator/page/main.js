// The page: which phones lie on the table, and the news passed on to them.

import { TestBench } from './bench.js';
import { avatar, el, icon, iconButton } from './dom.js';
import { Phone } from './phone.js';
import { ask, toast } from './sheets.js';
import { Town } from './town.js';
import { words } from './words.js';

const NARROW = matchMedia('(max-width: 719px)');
const PHONE_WIDTH = 372;

class Table {
  phones = new Map();
  chips = new Map();

  constructor(town) {
    this.town = town;
    this.root = document.getElementById('phones');
    this.bar = document.getElementById('bar');
    this.status = document.getElementById('status');
    this.bench = new TestBench(town, document.getElementById('bench'));
    this.chosen = this.#remembered();
    this.#buildBar();
    this.#layPhones();
    this.#listen();
    NARROW.addEventListener('change', () => this.#layPhones());
    addEventListener('hashchange', () => this.#followAddress());
  }

  // Whose phones: the address first, then what was chosen last, then as many as fit.

  #remembered() {
    const asked = new URLSearchParams(location.hash.slice(1)).get('nguoi') ?? localStorage.getItem('people') ?? '';
    const known = asked.split(',').map(Number).filter((id) => this.town.people.has(id));
    const fitting = Math.max(1, Math.min(3, Math.floor(innerWidth / PHONE_WIDTH)));
    return known.length ? known : [...this.town.people.keys()].slice(0, fitting);
  }

  #followAddress() {
    this.chosen = this.#remembered();
    this.#layPhones();
  }

  #remember() {
    localStorage.setItem('people', this.chosen.join(','));
    history.replaceState(null, '', `#nguoi=${this.chosen.join(',')}`);
  }

  choose(id) {
    if (NARROW.matches) this.chosen = [id, ...this.chosen.filter((each) => each !== id)];
    else if (!this.chosen.includes(id)) this.chosen = [...this.chosen, id];
    else if (this.chosen.length > 1) this.chosen = this.chosen.filter((each) => each !== id);
    this.#remember();
    this.#layPhones();
  }

  #layPhones() {
    const shown = NARROW.matches ? this.chosen.slice(0, 1) : this.chosen;
    for (const id of shown) if (!this.phones.has(id)) this.phones.set(id, this.#newPhone(id));
    const roots = shown.map((id) => this.phones.get(id).root);
    for (const child of [...this.root.children]) if (!roots.includes(child)) child.remove();
    roots.forEach((root, place) => this.root.children[place] !== root && this.root.insertBefore(root, this.root.children[place] ?? null));
    for (const id of shown) {
      this.missed.delete(id);
      this.phones.get(id).seen();
    }
    this.#markChips(shown);
  }

  #newPhone(id) {
    const phone = new Phone(this.town, this.town.people.get(id));
    phone.root.addEventListener('unread', () => this.#badge(id));
    return phone;
  }

  // The bar

  #buildBar() {
    this.list = el('nav', { class: 'bar__people', 'aria-label': words.people });
    this.bar.append(
      el('span', { class: 'bar__brand' }, el('img', { src: '/page/icon.svg', alt: '', width: 28, height: 28 }), el('b', {}, 'TramBot'), el('small', {}, words.title)),
      this.list,
      el('span', { class: 'bar__tools' }, this.#themeButton(), iconButton('bench', words.bench, () => this.bench.toggle())),
    );
    this.#buildChips();
  }

  #buildChips() {
    this.chips.clear();
    const chips = [...this.town.people.values()].map((person) => this.#chip(person));
    this.list.replaceChildren(...chips, iconButton('plus', words.addPerson, () => this.#addPerson()));
  }

  #chip(person) {
    const badge = el('span', { class: 'badge', hidden: true });
    const chip = el(
      'button',
      { type: 'button', class: 'chip', title: person.note || person.name, 'aria-label': words.showPhone(person.name), onclick: () => this.choose(person.id) },
      avatar(person.id, person.name),
      el('span', {}, person.name),
      badge,
    );
    this.chips.set(person.id, { chip, badge });
    return chip;
  }

  #markChips(shown) {
    for (const [id, { chip }] of this.chips) {
      chip.setAttribute('aria-pressed', String(shown.includes(id)));
      this.#badge(id);
    }
  }

  #badge(id) {
    const badge = this.chips.get(id)?.badge;
    if (!badge) return;
    const count = (this.phones.get(id)?.unread ?? 0) + (this.missed.get(id) ?? 0);
    badge.textContent = String(count);
    badge.hidden = count === 0;
  }

  missed = new Map(); // unread messages of people whose phone was never opened

  #themeButton() {
    const order = ['auto', 'light', 'dark'];
    const set = (theme) => {
      if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
      else document.documentElement.dataset.theme = theme;
      localStorage.setItem('theme', theme);
    };
    set(localStorage.getItem('theme') ?? 'auto');
    return iconButton('theme', words.theme, () => {
      const next = order[(order.indexOf(localStorage.getItem('theme') ?? 'auto') + 1) % order.length];
      set(next);
      toast(this.status, `${words.theme}: ${words.themes[next]}`, 1200);
    });
  }

  async #addPerson() {
    const name = el('input', { type: 'text', required: true, 'aria-label': words.firstName, placeholder: words.firstName, maxlength: '64' });
    const phone = el('input', { type: 'tel', 'aria-label': words.phoneNumber, placeholder: words.phoneNumber, value: '+84' });
    const given = await ask({
      title: words.addPerson,
      body: el('div', { class: 'sheet__form' }, name, phone),
      buttons: [
        { label: words.cancel, value: null },
        { label: words.add, main: true, data: () => ({ first_name: name.value.trim(), phone: phone.value.replace(/[\s.]/g, '') }) },
      ],
    });
    if (!given?.first_name) return;
    if (given.phone === '+84') given.phone = '';
    try {
      this.choose((await this.town.order('people', given)).id);
    } catch (error) {
      toast(this.status, `${words.notThere}: ${error.message}`);
    }
  }

  // News

  #listen() {
    const { town } = this;
    const on = (kind, act) => town.addEventListener(kind, ({ detail }) => act(detail));
    on('message', ({ chat_id, message }) => this.#arrived(chat_id, message));
    on('edited', ({ chat_id, message }) => this.#inChat(chat_id, (phone) => phone.changed(message)));
    on('deleted', ({ chat_id, message_ids }) => this.#inChat(chat_id, (phone) => phone.removed(message_ids)));
    on('taken', ({ chat_id, message_id }) => this.#inChat(chat_id, (phone) => phone.changed(town.chats.get(chat_id).messages.get(message_id))));
    on('action', ({ chat_id, action }) => this.#inChat(chat_id, (phone) => phone.showAction(action)));
    on('keyboard', ({ chat_id }) => this.#inChat(chat_id, (phone) => phone.composer.refresh()));
    on('standing', ({ chat_id }) => this.#inChat(chat_id, (phone) => phone.composer.refresh()));
    on('answer', (answer) => this.phones.get(answer.person_id)?.answered(answer));
    on('sms', ({ sms }) => this.#smsArrived(sms));
    on('commands', () => this.phones.forEach((phone) => phone.composer.refresh()));
    on('person', () => this.#buildChips());
    on('call', ({ call }) => this.bench.called(call));
    on('faults', () => this.bench.faultsChanged());
    on('connection', ({ connected }) => this.#connection(connected));
    on('anew', ({ restarted }) => this.#anew(restarted));
  }

  #inChat(chatId, act) {
    for (const phone of this.phones.values()) if (phone.chat.id === chatId) act(phone);
  }

  #arrived(chatId, message) {
    for (const id of this.town.chats.get(chatId)?.members ?? []) {
      const phone = this.phones.get(id);
      if (phone?.chat.id === chatId) {
        phone.added(message);
        if (phone.hiddenAway && message.from.id !== id) phone.missed();
      } else if (message.from.id !== id) {
        this.missed.set(id, (this.missed.get(id) ?? 0) + 1);
      }
      if (phone && !phone.hiddenAway) this.missed.delete(id);
      this.#badge(id);
    }
  }

  #smsArrived(sms) {
    for (const phone of this.phones.values()) if (phone.person.phone === sms.to) phone.sms.arrived(sms);
  }

  #connection(connected) {
    const was = this.lost;
    this.lost = !connected;
    if (!connected) this.status.replaceChildren(el('div', { class: 'status__lost' }, words.lost));
    else if (was) this.#say(words.back);
  }

  #anew(restarted) {
    this.lost = false;
    this.#say(restarted ? words.anew : words.back);
    this.phones.clear();
    this.root.replaceChildren();
    this.#buildChips();
    this.bench.refresh();
    this.chosen = this.#remembered();
    this.#layPhones();
  }

  #say(text) {
    this.status.replaceChildren();
    toast(this.status, text);
  }
}

const town = new Town();
async function begin() {
  try {
    await town.start();
  } catch {
    document.getElementById('status').replaceChildren(el('div', { class: 'status__lost' }, words.lost));
    setTimeout(begin, 1500);
    return;
  }
  document.getElementById('status').replaceChildren();
  new Table(town);
}
begin();
