"""Seeded bugs at the edges of the service: callers, doors, effects, the gateway."""

from tests.mutants.bug import Bug

BUGS = (
    Bug(
        "T07",
        "api/passwords.py",
        "No hash is computed for a name that nobody has",
        "        loop = asyncio.get_running_loop()\n        fits",
        "        if kept is None:\n            return False\n        loop = asyncio.get_running_loop()\n        fits",
    ),
    Bug(
        "T10",
        "api/schemas/values.py",
        "Unknown fields of a request are ignored",
        'model_config = ConfigDict(extra="forbid", frozen=True)',
        "model_config = ConfigDict(frozen=True)",
    ),
    Bug(
        "T19",
        "api/people.py",
        "A disabled account goes on",
        "        Account.is_active,\n        Account.frozen_at",
        "        Account.frozen_at",
    ),
    Bug(
        "T24",
        "api/faults.py",
        "What does not fit is told by names that somebody typed",
        'yield str(part) if isinstance(part, int) or is_name else "?"',
        "yield str(part)",
    ),
    Bug(
        "T24",
        "api/faults.py",
        "The log has the words of a fault",
        '"kinds": [type(one).__name__ for one in _chain(fault)],',
        '"kinds": [str(one) for one in _chain(fault)],',
    ),
    Bug(
        "T24",
        "api/effects.py",
        "The answer kept under a key is sealed for no row",
        "sealed = keys.seal(body.decode(), EFFECT_ANSWER, effect.key)",
        'sealed = keys.seal(body.decode(), EFFECT_ANSWER, "")',
    ),
    Bug(
        "T29",
        "api/effects.py",
        "Somebody else's key gives their answer",
        "    if not same(kept.caller, effect.caller):\n        raise EffectForeign\n",
        "",
    ),
    Bug(
        "T29",
        "api/effects.py",
        "Another request under the key gets the first one's answer",
        '    if not same(kept.request or b"", effect.request):\n        raise EffectDiffers\n',
        "",
    ),
    Bug(
        "T29",
        "api/effects.py",
        "Keys are forgotten too early",
        "delete(Effect).where(Effect.at < now - EFFECT_LIFETIME)",
        "delete(Effect).where(Effect.at < now - EFFECT_LIFETIME / 2)",
    ),
    Bug(
        "T29",
        "api/effects.py",
        "A key that was given up can be used",
        "    if kept.is_void:\n        raise EffectVoided\n",
        "    if kept.is_void:\n        return\n",
    ),
    Bug(
        "T30",
        "api/schemas/values.py",
        "A number that no table can hold is looked up",
        "Id = Annotated[int, Field(ge=1, le=BIGGEST_ID), WHOLE]",
        "Id = Annotated[int, Field(ge=1), WHOLE]",
    ),
    Bug(
        "T31",
        "api/fair_queue.py",
        "Whoever came last is let in first",
        "self._waiting.popitem(last=False)",
        "self._waiting.popitem()",
    ),
    Bug(
        "T36",
        "api/doors.py",
        "An SMS goes before it is counted for good",
        """                    await visit.keep(response.status_code, bytes(response.body))
            except AlreadyDone as done:
""",
        """                    await visit.keep(response.status_code, bytes(response.body))
                    if visit.turn is not None and visit.turn.sms is not None:
                        await _hand_over(visit.turn.sms, house)
                        visit.turn.sms = None
            except AlreadyDone as done:
""",
    ),
    Bug(
        "T36",
        "api/sms.py",
        "A gateway that did not answer in time has surely failed",
        "except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):",
        "except (aiohttp.ClientConnectorError, TimeoutError):",
    ),
    Bug(
        "T36",
        "api/sms.py",
        "An error of the gateway's own counts as a failure for sure",
        "or status == 503:",
        "or status >= 500:",
    ),
    Bug(
        "T21",
        "api/spreadsheets/zip_directory.py",
        "A workbook may hold macros",
        "if any(MACROS.search(name) for name in names):",
        "if all(MACROS.search(name) for name in names):",
    ),
    Bug(
        "T21",
        "api/spreadsheets/zip_directory.py",
        "A formula may reach out",
        "    if REACHES_OUT.search(piece):\n",
        "    if REACHES_OUT.fullmatch(piece):\n",
    ),
    Bug(
        "T22",
        "api/spreadsheets/harmless.py",
        "Full-width signs begin no formula",
        'FORMULA_SIGNS = frozenset("=+-@＝＋－＠")',
        'FORMULA_SIGNS = frozenset("=+-@")',
    ),
    Bug(
        "T22",
        "api/spreadsheets/writing.py",
        "What is written is looked at for what it might be",
        "        sheet.write_string(row, place, shown, look)\n",
        '        sheet.write(row, place, shown.removeprefix("\'"), look)\n',
    ),
    Bug(
        "T39",
        "api/callers.py",
        "Everybody is believed about forwarded addresses",
        "and hops and any(address in proxy for proxy in proxies):",
        "and hops:",
    ),
    Bug(
        "T39",
        "api/callers.py",
        "Forwarded addresses are read from the end that anybody can write",
        "_address(hops.pop())",
        "_address(hops.pop(0))",
    ),
    Bug(
        "T39",
        "api/callers.py",
        "Garbage among forwarded addresses is passed over, and what stands before it believed",
        "            address = nearer\n            break\n",
        "            address = nearer\n",
    ),
    Bug(
        "T44",
        "api/settings.py",
        "A real service's clock can be turned",
        "if self.clock_file and not self.demo:",
        "if self.clock_file and self.demo is None:",
    ),
    Bug(
        "T48",
        "api/people.py",
        "A chat's session works in every chat",
        '(Session.channel == Channel.CHAT) & (Session.source == bindparam("source")),',
        "Session.channel == Channel.CHAT,",
    ),
    Bug(
        "T48",
        "api/callers.py",
        "Somebody without the key speaks for a chat",
        "    if chat is not None:\n        raise HTTPException(HTTPStatus.FORBIDDEN)\n",
        '    if chat is not None:\n        return Caller(Channel.CHAT, f"{CHAT}{chat}")\n',
    ),
)
