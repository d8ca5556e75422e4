// What the page knows of the town, kept up to date by the event stream.

export class Town extends EventTarget {
  people = new Map();
  chats = new Map();
  sms = [];
  commands = {};
  faults = [];
  limits = {};
  calls = [];
  bot = null;
  edition = null;
  #seq = 0;
  #stream = null;

  async start() {
    await this.#load();
    this.#listen();
  }

  async #load() {
    const shape = await (await fetch('/play/town')).json();
    Object.assign(this, { bot: shape.bot, sms: shape.sms, commands: shape.commands, faults: shape.faults });
    this.limits = shape.limits;
    this.people = new Map(shape.people.map((person) => [person.id, person]));
    this.chats = new Map(shape.chats.map((chat) => [chat.id, withMessages(chat)]));
    this.edition = shape.edition;
    this.#seq = shape.seq;
    const calls = await (await fetch('/play/record')).json();
    this.calls = calls.filter((call) => call.method.toLowerCase() !== 'getupdates').slice(-100);
  }

  #listen() {
    this.#stream = new EventSource(`/play/stream?after=${this.#seq}`);
    this.#stream.addEventListener('hello', (event) => this.#greet(JSON.parse(event.data)));
    this.#stream.addEventListener('message', (event) => this.#take(JSON.parse(event.data)));
    this.#stream.addEventListener('error', () => {
      this.#tell('connection', { connected: false });
      if (this.#stream.readyState === EventSource.CLOSED) setTimeout(() => this.#again(), 1500);
    });
  }

  // A server that was started anew counts its events anew: everything is read again.
  async #greet(edition) {
    if (edition === this.edition) {
      this.#tell('connection', { connected: true });
      return;
    }
    this.#stream.close();
    await this.#again();
  }

  async #again() {
    const before = this.edition;
    try {
      await this.#load();
    } catch {
      setTimeout(() => this.#again(), 1500);
      return;
    }
    this.#listen();
    this.#tell('anew', { restarted: before !== this.edition });
  }

  #take(event) {
    this.#seq = event.seq;
    this[`on_${event.kind}`]?.(event);
    this.#tell(event.kind, event);
  }

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  on_message({ chat_id, message }) {
    this.chats.get(chat_id)?.messages.set(message.message_id, message);
  }

  on_edited(event) {
    this.on_message(event);
  }

  on_deleted({ chat_id, message_ids }) {
    for (const id of message_ids) {
      const message = this.chats.get(chat_id)?.messages.get(id);
      if (message) message.deleted = true;
    }
  }

  on_taken({ chat_id, message_id }) {
    const message = this.chats.get(chat_id)?.messages.get(message_id);
    if (message) message.taken = true;
  }

  on_keyboard({ chat_id, keyboard }) {
    const chat = this.chats.get(chat_id);
    if (chat) chat.keyboard = keyboard;
  }

  on_standing({ chat_id, standing }) {
    const chat = this.chats.get(chat_id);
    if (chat) chat.standing = standing;
  }

  on_chat({ chat }) {
    this.chats.set(chat.id, withMessages(chat));
  }

  on_person({ person, chat }) {
    this.people.set(person.id, person);
    if (!this.chats.has(chat.id)) this.chats.set(chat.id, withMessages(chat));
  }

  on_sms({ sms }) {
    this.sms.push(sms);
  }

  on_commands({ commands }) {
    this.commands = commands;
  }

  on_faults({ faults }) {
    this.faults = faults;
  }

  on_call({ call }) {
    this.calls.push(call);
    if (this.calls.length > 100) this.calls.shift();
  }

  chatsOf(person) {
    return [...this.chats.values()].filter((chat) => chat.members.includes(person.id));
  }

  smsOf(person) {
    return person.phone ? this.sms.filter((sms) => sms.to === person.phone) : [];
  }

  // Telegram's order: the nearest scope first, in it the person's language first.
  commandsFor(person) {
    const language = person.language_code;
    for (const scope of [`chat:${person.id}`, 'all_private_chats:', 'default:']) {
      const found = this.commands[`${scope}:${language}`] ?? this.commands[`${scope}:`];
      if (found?.length) return found;
    }
    return [];
  }

  async act(person, act, order = {}) {
    return await this.order(`people/${person.id}/${act}`, order);
  }

  async order(path, order = {}, method = 'POST') {
    const body = method === 'POST' ? JSON.stringify(order) : undefined;
    const response = await fetch(`/play/${path}`, { method, headers: { 'Content-Type': 'application/json' }, body });
    if (!response.ok) {
      const answer = await response.json().catch(() => ({}));
      throw new Error(answer.impossible ?? response.statusText);
    }
    return await response.json();
  }
}

function withMessages(chat) {
  return { ...chat, messages: new Map(chat.messages.map((message) => [message.message_id, message])) };
}
