// The test bench: faults to order, and the Bot API calls as they come.

import { el, icon, iconButton } from './dom.js';
import { exactTimeOf, words } from './words.js';

export class TestBench {
  constructor(town, root) {
    this.town = town;
    this.root = root;
    this.open = el('ul', { class: 'bench__faults' });
    this.calls = el('ol', { class: 'bench__calls', 'aria-label': words.calls });
    root.setAttribute('aria-label', words.bench);
    root.append(
      el('header', {}, icon('bench'), el('h2', {}, words.bench), iconButton('close', words.close, () => this.toggle(false))),
      el('p', { class: 'bench__hint' }, words.benchHint),
      el('h3', {}, words.faults),
      el('div', { class: 'bench__orders' }, words.faultOrders.map(({ label, order }) => this.#button(label, 'faults', order))),
      el('div', { class: 'bench__orders' }, words.disorders.map(({ label, order }) => this.#button(label, 'updates', order))),
      this.#limits(),
      el('h3', {}, words.ordered),
      this.open,
      el('h3', {}, words.calls),
      this.calls,
    );
    root.addEventListener('keydown', (event) => event.key === 'Escape' && this.toggle(false));
    this.refresh();
  }

  #button(label, path, order) {
    const onclick = async (event) => {
      const button = event.currentTarget;
      await this.town.order(path, order);
      button.classList.add('bench__done');
      setTimeout(() => button.classList.remove('bench__done'), 700);
    };
    return el('button', { type: 'button', onclick }, label);
  }

  #limits() {
    const box = el('input', { type: 'checkbox' });
    box.checked = this.town.limits.per_chat > 0;
    box.addEventListener('change', () => this.town.order('limits', box.checked ? { per_chat: 1, overall: 30 } : {}));
    return el('label', { class: 'bench__switch' }, box, el('span', {}, words.limits));
  }

  toggle(open = this.root.hidden) {
    this.root.hidden = !open;
    if (open) this.root.querySelector('button').focus();
    this.root.dispatchEvent(new CustomEvent('toggled', { bubbles: true, detail: { open } }));
  }

  refresh() {
    this.faultsChanged();
    this.calls.replaceChildren();
    for (const call of this.town.calls) this.called(call);
    if (!this.town.calls.length) this.calls.append(el('li', { class: 'bench__none' }, words.noCalls));
  }

  faultsChanged() {
    const items = this.town.faults.map((fault) => el('li', {}, el('b', {}, faultName(fault)), ` · ${words.times(fault.times)}`));
    const clear = el('button', { type: 'button', onclick: () => this.town.order('faults', {}, 'DELETE') }, words.clearFaults);
    this.open.replaceChildren(...(items.length ? [...items, el('li', {}, clear)] : [el('li', { class: 'bench__none' }, words.noFaults)]));
  }

  called(call) {
    this.calls.querySelector('.bench__none')?.remove();
    const status = call.status ?? words.cut;
    const failed = call.status === null || call.status >= 400;
    const line = el(
      'details',
      { class: `call${failed ? ' call--failed' : ''}` },
      el('summary', {}, el('time', {}, exactTimeOf(call.at)), el('b', {}, call.method), el('span', { class: 'call__status' }, String(status))),
      el('pre', {}, JSON.stringify(call.parameters, null, 2) + (call.description ? `\n→ ${call.description}` : '')),
    );
    this.calls.prepend(el('li', {}, line));
    while (this.calls.children.length > 100) this.calls.lastElementChild.remove();
  }
}

function faultName(fault) {
  const method = fault.method === '*' ? words.anyMethod : fault.method === 'sms' ? 'SMS' : fault.method;
  const code = fault.kind === 'refuse' ? ` ${fault.code}` : '';
  return `${method}: ${words.faultKinds[fault.kind]}${code}`;
}
