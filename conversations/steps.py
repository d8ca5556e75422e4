"""The engine: performs the steps of a talk, one after the other, until it waits for the person or ends.

Its rules:
- An answer is kept under its step's path; after a restart the talk runs again from its first line and gets it back,
  through today's parser and options, and is asked again where it no longer fits.
- An effect is noted as started, and saved so, before it is sent; then its result or refusal is noted and given back
  ever after. Its Idempotency-Key is made of talk, path and attempt; attempt numbers never repeat.
- What was pressed before a started effect stands, though it be no longer on offer: that may be the effect's doing.
- A refusal is given back only for equal arguments without a fresh secret; otherwise it is a new attempt.
- An effect nobody answered, or that could not be done just now, stays started, and «Thử lại» asks again under the
  same key. If a secret it used is gone with the process, the API is asked what became of that key first: done is taken;
  unknown is voided, and the secret asked again.
- A secret is spent by an effect before anything else is asked: other processes know nothing of it.
- A read is never kept. A text is shown once, and again only when its facts change.
- «Quay lại» takes the last answer back, and what was prepared with it or for it; it does not cross a settled effect.
  Where there is no answer, it leaves the talk.
- Where a talk returns to a question for good, what came after it is over: neither «Quay lại» nor a replay goes there.
- In another session, what was prepared is prepared anew. The last press is asked for again, unless it was effective;
  then its result is taken.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

from pydantic import SecretStr, TypeAdapter
from pydantic_core import to_json, to_jsonable_python

from api.client.faults import ApiBroken, ApiFault, said_no
from conversations.desk import Desk
from conversations.events import Event, Pressed
from conversations.journal import EffectRecord, OpenTalk
from conversations.questions import Heard, Questions
from conversations.run import Run
from conversations.talk import Ask, Do, Know, Look, Return, Revise, Say, SecretGone, Sit, Speak, SpentSecret
from models.refusals import Busy, FileGone, FileTooBig, Refusal, SessionEnded


class Left(Exception):
    """The person went back before the first question: the talk is over."""


class UnspentSecret(Exception):
    """A talk asks again before it spent the secret it has: another process would not have that secret."""


class SessionLost(Exception):
    """The session ended in the middle of the talk."""


class Steps:
    """Performs one run's steps on the desk."""

    def __init__(self, desk: Desk, run: Run | None, begin: Callable[[], Run]) -> None:
        self.desk = desk
        self.questions = Questions(desk)
        self._begin = begin
        self.run = run or begin()

    async def go_on(self) -> None:
        """Perform steps until the talk waits for the person, or ends (`run.step` is None then).

        Raises:
            Left, SessionLost: see there.
            Refusal: a rule said no, and the talk has nothing to say to it.
        """
        waits = False
        while not waits and self.run.step is not None:
            try:
                waits = await self._perform()
            except SecretGone as gone:
                self.desk.show("chat.secret_again")
                self._begin_anew(without=[gone.path])

    async def hear(self, event: Event) -> None:
        """Take what the person did as the answer to what the talk waits for."""
        ask = self.run.step
        if isinstance(ask, Ask):
            heard = await self.questions.hear(ask, event)
            if heard is not None:
                self._take(ask, heard)
                await self.go_on()
        elif isinstance(event, Pressed) and self.questions.is_retry(event):
            self.desk.toast(event.press)
            self.desk.retire_question()
            await self.go_on()
        else:
            await self.questions.mistake(event)
            self._put_retry("chat.still_waiting")

    @property
    def talk(self) -> OpenTalk:
        """What is known of the open talk."""
        talk = self.desk.chat.talk
        if talk is None:
            raise ValueError("no talk is open")
        return talk

    # Performing

    async def _perform(self) -> bool:
        """Perform the step the talk waits for; True if it waits for the person now."""
        match self.run.step:
            case Say() as say:
                return await self._say(say)
            case Ask() as ask:
                return await self._recall(ask)
            case Look() as look:
                return await self._look(look)
            case Do() as do:
                return await self._do(do)
            case Revise(path):
                self._begin_anew(without=[path, *self.run.answers()[-1:]])
            case Return(path):
                self.desk.note("over", self.run.before(path))
                self._begin_anew(without=[])
            case Sit(session):
                self._sit(session)
            case Know(me):
                self.desk.note("know", to_jsonable_python(me))
                self.run.send(None)
            case Speak(language):
                self.desk.note("speak", language)
                self.run.send(None)
        return False

    async def _say(self, say: Say) -> bool:
        told = (say.facts, *say.document[1:]) if say.document else say.facts
        digest = self.desk.edge.mark("say", json.dumps(to_jsonable_python(told, fallback=str), sort_keys=True))
        if self.talk.said.get(say.path) != digest:
            document = None
            if say.document:
                call, *arguments = say.document
                try:
                    document = await call(self.desk.api, *arguments)
                except (Refusal, ApiFault) as trouble:
                    return self._trouble(trouble)
            self.desk.note("said", say.path, digest)
            self.desk.show(say.text, document=document, **say.facts)
        self.run.came_by(say.path, "said")
        self.run.send(None)
        return False

    def _sit(self, session: Any) -> None:
        if session is None:
            self._rise()
        else:
            seat = {"session": session.id, "token": session.token, "expires_at": session.expires_at, "me": session.me}
            self.desk.note("seat", to_jsonable_python(seat))
        self.run.send(None)

    def _rise(self) -> None:
        """Sign the chat out of the session of the last effect; not of a later one, when the talk is run again."""
        if self.desk.chat.seat and not self._is_of_another_session():
            self.desk.note("rise")

    def _is_of_another_session(self) -> bool:
        """Whether the talk's last effect is of an earlier session than the one that the chat is signed in by."""
        return self.talk.session != self.desk.chat.session

    async def _look(self, look: Look) -> bool:
        try:
            answer = await look.call(self.desk.api, *look.args)
        except (Refusal, ApiFault) as trouble:
            return self._trouble(trouble)
        self.run.send(answer)
        return False

    def _trouble(self, trouble: Refusal | ApiFault) -> bool:
        """What a call came back with, if not an answer: the talk hears of refusals; «Thử lại» waits for the rest."""
        match trouble:
            case SessionEnded() if self.desk.chat.seat:
                self._take_press_back()
                raise SessionLost
            case Busy():
                self._put_retry("chat.busy")
            case Refusal():
                self.run.throw(trouble)
                return False
            case ApiBroken(reference=reference):
                self._put_retry("chat.broken", reference=reference)
            case _:
                self._put_retry("chat.slow")
        return True

    def _take_press_back(self) -> None:
        """What was pressed in a session that is over must be pressed again in the next: it may end that, too."""
        for path in self.run.answers()[-1:]:
            if self.talk.answers[path].kind == "press":
                self.desk.note("drop", path)

    def _put_retry(self, text: str, **facts: Any) -> None:
        step = self.run.step
        is_secret = isinstance(step, Do) and any(isinstance(arg, SecretStr) for arg in step.args)
        self.questions.put_retry(getattr(step, "path", ""), text, is_secret=is_secret, **facts)

    # Effects

    async def _do(self, do: Do) -> bool:
        known = self.talk.effects.get(do.path)
        spent = _spent_secrets(do)
        if known and known.state == "done":
            self._came_by(do)
            self.run.send(_result_of(do).validate_python(known.result))
            return False
        if known and known.state == "started" and not self._may_be_sent_again(do, known):
            return await self._learn(do, known)
        if known and known.state == "refused" and (spent or self._asks_the_same(do, known)):
            self.run.throw(Refusal.from_facts(*known.result))
            return False
        if spent:
            raise SecretGone(spent[0])
        return await self._attempt(do, known)

    def _may_be_sent_again(self, do: Do, known: EffectRecord) -> bool:
        """Whether a started attempt would ask for the same again, and for somebody who was asked in this session."""
        is_the_same = not _spent_secrets(do) and known.digest == self._digest(do)
        return is_the_same and not self._is_of_another_session()

    async def _attempt(self, do: Do, known: EffectRecord | None) -> bool:
        """Send it: once more under the same key if it was started before, else as a new attempt."""
        if known is None or known.state != "started":
            attempt = known.attempt + 1 if known else 1
            self.desk.note("start", do.path, attempt, self._digest(do), do.settles)
            await self.desk.save()
        await self.desk.edge.typing()
        self.run.fresh.clear()
        try:
            result = await do.call(self.desk.api.under(self._key(do)), *do.args)
        except (Refusal, ApiFault) as trouble:
            if isinstance(trouble, FileGone | FileTooBig) and known is not None and known.state == "started":
                return await self._learn(do, known)  # the file was there when it was sent before
            self._note_trouble(do, trouble)
            return self._trouble(trouble)
        self._succeeded(do, result)
        return False

    def _note_trouble(self, do: Do, trouble: Refusal | ApiFault) -> None:
        self.desk.has_effect = True
        match trouble:
            case Busy():
                pass  # not done now; but it may have been before, under this key, which must ask again
            case SessionEnded():
                self.desk.note("drop_effect", do.path)
            case Refusal():
                self.desk.note("refused", do.path, trouble.code, trouble.facts())

    def _succeeded(self, do: Do, result: Any) -> None:
        self.desk.has_effect = True
        reached = {reached.path for reached in self.run.reached}
        unreached = [path for path in self.talk.answers if path not in reached] if do.settles else []
        self.desk.note("done", do.path, to_jsonable_python(result), unreached)
        self._came_by(do)
        self.run.send(result)

    async def _learn(self, do: Do, known: EffectRecord) -> bool:
        """Find out what became of a started attempt that cannot be sent again, and make sure that it is over."""
        try:
            found = await self.desk.api.void_effect(self._key(do))
        except (Refusal, ApiFault) as trouble:
            return self._trouble(trouble)
        if found.state != "done" or found.answer is None or found.status is None:
            self.desk.note("drop_effect", do.path)
            if self._is_of_another_session():
                self._take_press_back()
                self._begin_anew(without=[])
        elif found.status < 400:
            self._succeeded(do, _result_of(do).validate_json(found.answer))
        else:
            problem = said_no(found.answer.encode())
            if not isinstance(problem, Refusal):
                raise problem
            self._note_trouble(do, problem)
        return False

    def _came_by(self, do: Do) -> None:
        self.run.fresh.clear()
        self.run.came_by(do.path, "wall" if do.settles else "prepared")

    def _asks_the_same(self, do: Do, known: EffectRecord) -> bool:
        has_fresh_secret = any(isinstance(arg, SecretStr) for arg in do.args)
        return not has_fresh_secret and known.digest == self._digest(do)

    def _key(self, do: Do) -> str:
        return self.desk.edge.mark("effect", self.talk.id, do.path, self.talk.effects[do.path].attempt)

    def _digest(self, do: Do) -> str | None:
        if _spent_secrets(do):
            return None
        opened = [arg.get_secret_value() if isinstance(arg, SecretStr) else arg for arg in do.args]
        return self.desk.edge.mark("args", to_json(opened).decode())

    # Questions

    async def _recall(self, ask: Ask[Any]) -> bool:
        """Answer the question from the journal if the answer still fits, else put it to the person."""
        kept = self.talk.answers.get(ask.path)
        if kept is not None:
            try:
                answer = self.questions.recall(ask, kept)
            except (Refusal, KeyError):
                self.desk.note("drop", ask.path)
            else:
                self.run.came_by(ask.path, "answer")
                self.run.send(answer)
                return False
        if self.run.fresh:
            raise UnspentSecret(*self.run.fresh)
        question = self.talk.question
        if question is None or question.path != ask.path:
            await self.questions.put(ask)
        return True

    def _take(self, ask: Ask[Any], heard: Heard) -> None:
        self.desk.retire_question()
        if heard.kept is None:
            self._go_back(ask)
            return
        self.desk.note("answer", ask.path, heard.kept.kind, heard.kept.value)
        self.run.came_by(ask.path, "answer")
        if heard.kept.kind == "secret":
            self.run.fresh.add(ask.path)
        self.run.send(heard.value)

    # Going back

    def _go_back(self, ask: Ask[Any]) -> None:
        way_back = self.run.way_back(ask.path)
        if not way_back:
            raise Left
        self._begin_anew(without=way_back)

    def _begin_anew(self, *, without: list[str]) -> None:
        """Run the talk again from its first line, with what stands at those paths taken back."""
        self.desk.note("drop", *without)
        self.run.close()
        self.run = self._begin()


def _spent_secrets(do: Do) -> list[str]:
    return [arg.path for arg in do.args if isinstance(arg, SpentSecret)]


@cache
def _type_of(call: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(call)["return"])


def _result_of(do: Do) -> TypeAdapter[Any]:
    return _type_of(do.call)
