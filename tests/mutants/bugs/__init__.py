"""All seeded bugs, one file for each package of the product."""

from tests.mutants.bugs import in_api, in_bot, in_conversations, in_models, in_trambot

BUGS = (*in_models.BUGS, *in_api.BUGS, *in_conversations.BUGS, *in_bot.BUGS, *in_trambot.BUGS)
