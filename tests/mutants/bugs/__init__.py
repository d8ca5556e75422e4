"""All seeded bugs, in a file for each part of the product."""

from tests.mutants.bugs import (
    in_acts,
    in_api,
    in_bot,
    in_conversations,
    in_lists,
    in_managing,
    in_models,
    in_subjects,
    in_trambot,
)

BUGS = (
    *in_models.BUGS,
    *in_acts.BUGS,
    *in_managing.BUGS,
    *in_api.BUGS,
    *in_conversations.BUGS,
    *in_lists.BUGS,
    *in_bot.BUGS,
    *in_subjects.BUGS,
    *in_trambot.BUGS,
)
