"""A Bot API call as it comes in: form, multipart, JSON or query string, all the same to the methods."""

import json
from dataclasses import dataclass, field

from aiohttp import web

from simulator.wire import Json, bad_request


@dataclass
class Upload:
    """A file sent along."""

    name: str
    mime_type: str
    body: bytes


@dataclass
class Call:
    """Method and parameters. Everything arrives as text; the readers below turn it into what is meant."""

    method: str
    parameters: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.parameters.get(name, "")

    def required(self, name: str) -> str:
        if value := self.text(name):
            return value
        raise bad_request(f'parameter "{name}" is required')

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; like Telegram, anything else counts as the default."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            return default

    def number(self, name: str, default: float = 0.0) -> float:
        try:
            return float(self.text(name) or default)
        except ValueError:
            return default

    def truth(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def array(self, name: str) -> list[object] | None:
        """A JSON array, None when absent."""
        if not self.text(name):
            return None
        found = self.parsed(name)
        if not isinstance(found, list):
            raise bad_request(f'can\'t parse "{name}": expected an Array')
        return found

    def mapping(self, name: str) -> Json:
        """A JSON object, empty when absent."""
        found = self.parsed(name) if self.text(name) else {}
        if not isinstance(found, dict):
            raise bad_request(f'can\'t parse "{name}": expected an Object')
        return found

    def parsed(self, name: str) -> object:
        try:
            return json.loads(self.text(name))
        except ValueError as error:
            raise bad_request(f"can't parse {name} JSON object") from error

    @property
    def chat_id(self) -> int | None:
        return self.integer("chat_id") or None

    def for_record(self) -> Json:
        """The parameters as the record shows them, files by name and size."""
        shown: Json = {name: unfolded(value) for name, value in self.parameters.items()}
        for name, upload in self.uploads.items():
            shown[name] = {"file": upload.name, "size": len(upload.body)}
        return shown


def unfolded(value: str) -> object:
    """A JSON array or object for what is one, the text itself for everything else."""
    if not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


async def read_call(request: web.Request) -> Call:
    """The call in a request; 400 when its body cannot be read."""
    call = Call(request.match_info["method"], dict(request.query))
    if request.content_type == "application/json":
        await _read_json(request, call)
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        await _read_form(request, call)
    return call


async def _read_json(request: web.Request, call: Call) -> None:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(body, dict):
        raise bad_request("object expected")
    for name, value in body.items():
        if value is not None:
            call.parameters[name] = value if isinstance(value, str) else json.dumps(value)


async def _read_form(request: web.Request, call: Call) -> None:
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            call.uploads[name] = Upload(value.filename, value.content_type, value.file.read())
        elif isinstance(value, str):
            call.parameters[name] = value
