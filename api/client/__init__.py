"""The typed way to call the API, a file for each noun; the talks know the service only through it."""

from dataclasses import dataclass

from api.client.account_requests import AccountRequests
from api.client.accounts import Accounts
from api.client.activations import Activations
from api.client.areas import Areas
from api.client.contacts import Contacts
from api.client.deliveries import Deliveries
from api.client.doses import Doses
from api.client.effects import Effects
from api.client.own_account import OwnAccount
from api.client.request_lists import RequestLists
from api.client.signing_in import SigningIn
from api.client.subjects import Subjects
from api.client.units import Units


@dataclass(frozen=True)
class Api(
    SigningIn,
    OwnAccount,
    Activations,
    Accounts,
    AccountRequests,
    RequestLists,
    Areas,
    Units,
    Contacts,
    Subjects,
    Doses,
    Effects,
    Deliveries,
):
    """The API as one caller sees it: a chat, and who is signed in there.

    Every method raises a `Refusal` when a rule says no, and an `ApiFault` when there is no proper answer.
    """
