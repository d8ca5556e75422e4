"""The command `trambot`: each process of the product, and the few things done by hand."""

import asyncio
import re
import signal
import sys
from collections.abc import Coroutine
from importlib.metadata import version
from typing import Annotated, Any

import psycopg
import typer
from pydantic import ValidationError
from pydantic_settings.exceptions import SettingsError
from rich.console import Console
from typer.core import TyperGroup

from trambot.servers.problems import Unavailable


class Plainly(TyperGroup):
    """Says what is wrong with the surroundings in plain words; a traceback is for our own mistakes."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Unavailable as problem:
            raise _ending(str(problem)) from problem
        except ValidationError as error:
            raise _ending(_in_words(error)) from error
        except SettingsError as error:
            raise _ending(_unreadable(error)) from error
        except psycopg.OperationalError as error:
            raise _ending(f"PostgreSQL cannot be used: {error}") from error
        except psycopg.errors.InsufficientPrivilege as error:
            text = f"PostgreSQL refuses: {error}\nThe role must be able to create tables in its database, and roles."
            raise _ending(text) from error


def _ending(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)


def _in_words(error: ValidationError) -> str:
    """Which settings are missing or wrong, without their values; what follows a setting's name may be part of one."""
    wrong = [
        f"  TRAMBOT_{str(problem['loc'][0]).upper()}: {problem['msg']}" if problem["loc"] else f"  {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return "\n".join(["These settings are missing or wrong:", *wrong])


def _unreadable(error: SettingsError) -> str:
    """Which setting is no JSON; the library names it in words only, and its cause has the value."""
    field = re.search(r'field "(\w+)"', str(error))
    if field is None:
        return "TRAMBOT_SECRETS_DIR does not name a folder that can be read."
    return f"TRAMBOT_{field[1].upper()} is not written as JSON."


app = typer.Typer(
    cls=Plainly,
    help="TramBot: the vaccination registry's account work in a Telegram chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show the values of variables
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trambot {version('trambot')}")
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Every command reads its settings from the environment (TRAMBOT_…) and from files in TRAMBOT_SECRETS_DIR."""


@app.command()
def demo(
    reset: Annotated[bool, typer.Option("--reset", help="Throw the demo's data away first.")] = False,
) -> None:
    """Start everything on this machine, with demo accounts; Ctrl-C stops it."""
    from trambot.demo.supervisor import run
    from trambot.settings import DemoSettings

    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without Vietnamese letters
    run(DemoSettings(), Console(), reset=reset)


@app.command()
def api() -> None:
    """Serve the API."""
    import uvicorn

    from api.app import make_app
    from api.logs import write_json_logs
    from api.serving import serving
    from api.settings import ApiSettings
    from conversations.texts import word

    settings = ApiSettings.read()
    write_json_logs()
    uvicorn.Server(serving(make_app(settings, word, settings.clock()), settings.host, settings.port)).run()


@app.command()
def bot() -> None:
    """Run the Telegram bot."""
    from bot.run import run
    from bot.settings import BotSettings

    run(BotSettings.read())


@app.command()
def simulator() -> None:
    """Run the local Telegram and its page."""
    from simulator.app import serve
    from trambot.settings import SimulatorSettings

    settings = SimulatorSettings.read()
    served = serve(
        settings.simulator_host,
        settings.simulator_port,
        token=settings.bot_token.get_secret_value(),
        sms_key=settings.sms_key.get_secret_value(),
        people=settings.simulator_people,
        state=settings.simulator_state,
    )
    asyncio.run(_until_stopped(served))


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run it until SIGTERM or Ctrl-C, which it sees as being cancelled."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version, and load areas and units."""
    from models.migrations.run import upgrade
    from models.seed import load_areas, load_units
    from trambot.demo.steps import Steps
    from trambot.settings import OwnerSettings

    settings = OwnerSettings.read()
    owner_url = settings.database_owner_url.get_secret_value()
    steps = Steps(Console(stderr=True))
    with steps.step("Tables"):
        upgrade(owner_url, settings.database_url.get_secret_value())
    with steps.step("Areas") as step:
        load_areas(owner_url, step.at)
    with steps.step("Units") as step:
        load_units(owner_url, step.at)


@app.command()
def create_admin(
    username: Annotated[str, typer.Option(prompt=True, help="What the admin types to sign in.")],
    full_name: Annotated[str, typer.Option(prompt="Full name", help="The admin's name.")],
    phone: Annotated[str, typer.Option(prompt=True, help="The Vietnamese mobile number that gets the OTP.")],
    another: Annotated[bool, typer.Option("--another", help="Although there is a system admin already.")] = False,
) -> None:
    """Create the first account of a new installation: a system admin of the whole country."""
    from trambot.first_admin import create

    password = create(username, full_name, phone, another=another)
    typer.echo(f"{username} can sign in once with this password, and then chooses another:\n\n  {password}\n")


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For a program that watches: one JSON object.")] = False,
) -> None:
    """Look this installation over, and say how to mend what is wrong; ends with 0 only if nothing is."""
    from trambot.doctor.report import report

    raise typer.Exit(report(as_json=as_json))


bring_in = typer.Typer(help="Bring a registry along.", no_args_is_help=True)
app.add_typer(bring_in, name="import")


@bring_in.command("subjects")
def import_subjects(
    file: Annotated[str, typer.Argument(help="A .csv, .csv.zst or .xlsx file; «-» is a pipe of CSV.")],
    processes: Annotated[int | None, typer.Option(min=1, help="At once; by default, one for each core.")] = None,
) -> None:
    """Bring a file of subjects into the registry, while the service runs; stopped and started again, it goes on."""
    from trambot.registry.bring import bring, refused_file

    tally = bring(file, Console(stderr=True), processes)
    typer.echo(f"{tally.rows:,} subjects of this file are in the registry, {tally.refused:,} rows were refused.")
    if tally.refused:
        typer.echo(f"The refused rows, with the reasons, are in {refused_file(file)}: mend them there and import it.")


make_up = typer.Typer(help="Make things up, to try this installation with.", no_args_is_help=True)
app.add_typer(make_up, name="generate")


@make_up.command("subjects")
def generate_subjects(
    count: Annotated[int, typer.Argument(min=1, help="How many.")],
    file: Annotated[str, typer.Argument(help="Where to: .csv or .csv.zst; «-» is standard output.")] = "-",
    seed: Annotated[int, typer.Option(help="Another one makes other people.")] = 20211012,
) -> None:
    """Write a file of plausible people whom nobody is, for `trambot import subjects`."""
    from trambot.registry.generate import generate

    generate(count, file, seed)


@app.command()
def story() -> None:
    """Play the main job through a demo of its own, and tell the transcript."""
    from trambot.story.tell import tell_story

    raise typer.Exit(tell_story())
