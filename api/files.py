"""Files in requests and answers: bytes as they are, with a name beside them where they go out."""

from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request, Response
from starlette.types import Scope

from models.refusals import FileTooBig, Malformed
from models.rules import MAX_FILE_BYTES, MAX_FILE_MEGABYTES

OCTETS = "application/octet-stream"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_WORKBOOK: dict[int | str, dict[str, Any]] = {200: {"description": "The workbook.", "content": {XLSX: {}}}}
"""What a route that answers with one says of it in OpenAPI."""
MOST = "most_body"
"""Where a request's scope says how many bytes its body may have, if that is more than others may."""

FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": f"The file as it is, at most {MAX_FILE_MEGABYTES} MB.",
        "content": {OCTETS: {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}
"""What a route that takes a file says of it in OpenAPI."""


def admit_a_file(scope: Scope) -> None:
    """Let the request's body be as long as a file may be; to be said before anybody reads it."""
    scope[MOST] = MAX_FILE_BYTES


def too_big() -> FileTooBig:
    """What is said to a longer one."""
    return FileTooBig(megabytes=MAX_FILE_MEGABYTES)


async def uploaded(request: Request) -> bytes:
    """The file that the body is.

    Raises:
        FileTooBig: longer than a file may be.
        Malformed: there is none.
    """
    content = await request.body()
    if not content:
        raise Malformed(fields=["body"])
    return content


Upload = Annotated[bytes, Depends(uploaded)]
"""For a route whose request is a file (`doors.Door` sees to the rest)."""


def file_answer(name: str, content: bytes, kind: str) -> Response:
    """A file as the answer, by a name in any letters (RFC 6266, RFC 8187)."""
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, HTTPStatus.OK, {"Content-Disposition": named}, kind)
