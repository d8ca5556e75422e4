"""How updates reach the bot: what Telegram says of the webhook, and whether its door opens with the right key only."""

import time
from datetime import timedelta
from http import HTTPStatus

from bot.face import ALLOWED_UPDATES
from bot.web import SECRET
from trambot.doctor.call import call, host_of
from trambot.doctor.finding import Finding, Findings, Trouble, good, unknown, wrong
from trambot.doctor.given import Given
from trambot.doctor.telegram import NOT_GIVEN, Webhook, asked, plain
from trambot.doctor.way import is_here

MANY = 100
"""Updates waiting: more than one poll brings."""
RECENT = timedelta(minutes=15)
RESTART = "Start the bot again: it tells Telegram its address, its secret and what it wants to hear of."


async def examine(given: Given) -> Findings:
    """Ask Telegram, and knock."""
    if given.bot_token is None:
        yield unknown("address", NOT_GIVEN)
        return
    try:
        told = await asked(given, "getWebhookInfo", Webhook)
    except Trouble as trouble:
        yield trouble.not_told("address", "Telegram could not be asked.")
    else:
        for finding in by_webhook(told, given) if given.updates == "webhook" else by_polling(told):
            yield finding
    if given.updates == "webhook":
        for finding in await knocked(given):
            yield finding


def by_webhook(told: Webhook, given: Given) -> list[Finding]:
    """What must be so where Telegram brings the updates."""
    return [address(told, given.webhook_url or ""), waiting(told), last_error(told), kinds(told)]


def by_polling(told: Webhook) -> list[Finding]:
    """What must be so where the bot fetches them."""
    if told.url:
        text = f"The bot is to poll, but Telegram brings its updates to {host_of(told.url)}."
        do = "Start the bot again, which takes that address back; if it comes again, another bot runs with this token."
        return [wrong("address", text, do), waiting(told)]
    return [good("address", "The bot fetches its updates itself; no webhook stands in its way."), waiting(told)]


def address(told: Webhook, wanted: str) -> Finding:
    """Only the host is shown: an address may be meant to be secret."""
    if not told.url:
        return wrong("address", "Telegram knows of no webhook: no update reaches the bot.", RESTART)
    if told.url != wanted:
        text = f"Telegram brings the updates to another address (at {host_of(told.url)})."
        do = f"{RESTART} If it changes back, another bot runs with this token."
        return wrong("address", text, do)
    return good("address", f"Telegram brings the updates to {host_of(wanted)}, as configured.")


def waiting(told: Webhook) -> Finding:
    """Updates that nobody has dealt with yet."""
    number = told.pending_update_count
    if number > MANY:
        text = f"{number} updates wait at Telegram: people get no answer."
        return wrong("waiting", text, "Look whether the bot runs, and into its log; they come by themselves then.")
    return good("waiting", f"{number or 'No'} updates wait at Telegram.")


def last_error(told: Webhook) -> Finding:
    """What went wrong when Telegram last could not bring one."""
    if told.last_error_date is None:
        return good("last_error", "Telegram had no trouble with the webhook lately.")
    ago = timedelta(seconds=max(0, round(time.time() - told.last_error_date)))
    text = f"Telegram's last trouble with the webhook, {ago} ago: «{plain(told.last_error_message)}»."
    if ago > RECENT:
        return good("last_error", text)
    return wrong("last_error", text, f"Look whether the bot runs and the certificate is good. {RESTART}")


def kinds(told: Webhook) -> Finding:
    """Which updates Telegram brings at all."""
    if lacking := sorted(set(ALLOWED_UPDATES) - set(told.allowed_updates)):
        return wrong("kinds", f"Telegram does not bring {', '.join(lacking)}.", RESTART)
    return good("kinds", "Telegram brings every kind of update that the bot wants.")


async def knocked(given: Given) -> list[Finding]:
    """Knock at the door from here: without the secret, and with it and nothing to say (T15)."""
    url, secret = given.webhook_url, given.webhook_secret
    if not (url and secret):
        return [unknown("secret", "Not tried: TRAMBOT_WEBHOOK_URL or TRAMBOT_WEBHOOK_SECRET is not given here.")]
    if not url.startswith("https://") and not is_here(host_of(url).partition(":")[0]):
        return [wrong("secret", "The webhook's address has no TLS; Telegram takes none such.", "Write https://.")]
    try:
        without = await call(url, method="POST")
        if without.status != HTTPStatus.FORBIDDEN:
            return [_not_ours(without.status)]
        return [_opens((await call(url, method="POST", headers={SECRET: secret.get_secret_value()})).status)]
    except Trouble as trouble:
        return [
            unknown("secret", f"The webhook could not be reached from here; Telegram may be able to. {trouble.says}")
        ]


def _not_ours(status: int) -> Finding:
    text = f"The webhook's address answers {status} to somebody without the secret, where the bot answers 403."
    return wrong("secret", text, "Let the proxy in front pass this path on to the bot, and start the bot.")


def _opens(status: int) -> Finding:
    """An empty update is unreadable to whoever has let it in; nothing is done."""
    if status == HTTPStatus.BAD_REQUEST:
        return good("secret", "The webhook opens with this secret only; which one Telegram has, it does not tell.")
    text = f"The bot does not take the secret that is given here (it answers {status})."
    return wrong("secret", text, "Give the doctor and the bot the same TRAMBOT_WEBHOOK_SECRET; start the bot again.")
