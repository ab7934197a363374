"""The tools that language models get over the Model Context Protocol (MCP): asking and reading, changing nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, get_type_hints

import gradio as gr
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import FastAPI
from gradio.utils import get_function_description
from gradio_client.utils import python_type_to_json_schema
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from mcp import McpError, types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from qa.web.endpoints import Endpoints

ADDRESS = "/mcp"
MOST_WAITING = 64  # calls that wait for their turn, of one kind; one more is refused
READS = types.ToolAnnotations(readOnlyHint=True, openWorldHint=False)
ABOUT = (
    "Quoth finds exact quotations in the articles of the person who runs it, and writes no text of its own. Where "
    "`answer` is null, the articles do not say: tell the person so, and do not guess. Quote word for word and name the "
    "article; in its text, the quote is characters `start` to `end`."
)
UNEXPECTED = "This could not be answered, for a reason Quoth did not expect; its terminal shows it."
log = logging.getLogger(__name__)
T = TypeVar("T")


class Turns:
    """Lets `at_once` calls run in threads at the same time, and MOST_WAITING more wait."""

    def __init__(self, at_once: int) -> None:
        self._limiter, self._most = CapacityLimiter(at_once), at_once + MOST_WAITING
        self._calls = 0  # the limiter itself counts a waiting call too late to keep the next one out

    async def run(self, call: Callable[[], T]) -> T:
        """What the call returns, as soon as it has had its turn."""
        if self._calls >= self._most:
            raise gr.Error(f"{MOST_WAITING} calls are waiting already; call again later.", print_exception=False)
        self._calls += 1
        try:
            return await run_sync(call, limiter=self._limiter)
        finally:
            self._calls -= 1


@dataclass(frozen=True)
class Tool:
    """An endpoint as a tool, which takes turns with others that have the same `turns`."""

    described: types.Tool
    endpoint: Callable[..., Any]
    turns: Turns

    @classmethod
    def of(cls, endpoint: Callable[..., Any], turns: Turns) -> Tool:
        """The tool of an endpoint, described by its docstring and its annotations."""
        about, parameters, _ = get_function_description(endpoint)
        annotations = get_type_hints(endpoint)
        result = python_type_to_json_schema(annotations.pop("return"))
        shown = {name: python_type_to_json_schema(of) for name, of in annotations.items()}
        described = types.Tool(
            name=endpoint.__name__,
            description=about,
            inputSchema={
                "type": "object",
                "properties": {name: {**schema, "description": parameters[name]} for name, schema in shown.items()},
                "required": [name for name, schema in shown.items() if not _may_be_null(schema)],
                "additionalProperties": False,
            },
            outputSchema=result if result["type"] == "object" else _wrapped(result),
            annotations=READS,
        )
        return cls(described, endpoint, turns)

    async def call(self, arguments: Mapping[str, Any]) -> types.CallToolResult:
        """What the endpoint answers, as soon as it is this call's turn; a refusal is a sentence."""
        if problem := self._misfit(arguments):
            return _refusal(problem)
        given = {name: arguments.get(name) for name in self.described.inputSchema["properties"]}
        try:
            found = await self.turns.run(partial(self.endpoint, **given))
        except gr.Error as error:
            return _refusal(error.message)
        except Exception:
            log.exception("The tool %s failed", self.described.name)
            return _refusal(UNEXPECTED)
        structured = found if isinstance(found, dict) else {"result": found}
        text = json.dumps(structured, ensure_ascii=False)
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structuredContent=structured)

    def _misfit(self, arguments: Mapping[str, Any]) -> str | None:
        """What is wrong with the arguments; None where they fit."""
        error = best_match(Draft202012Validator(self.described.inputSchema).iter_errors(arguments))
        if error is None:
            return None
        return f"These arguments do not fit: {''.join(f'{name}: ' for name in error.path)}{error.message}."


class ToolServer:
    """An ASGI application for all requests to one address. Its `lifespan` must be under way."""

    def __init__(self, endpoints: Endpoints) -> None:
        asking, reading = Turns(1), Turns(2)
        tools = (
            Tool.of(endpoints.ask, asking),
            Tool.of(endpoints.ask_within, asking),
            Tool.of(endpoints.search, reading),
            Tool.of(endpoints.articles, reading),
            Tool.of(endpoints.article, reading),
        )
        self._tools = {tool.described.name: tool for tool in tools}
        server: Server[Any, Any] = Server("Quoth", instructions=ABOUT)
        server.request_handlers[types.ListToolsRequest] = self._list
        server.request_handlers[types.CallToolRequest] = self._call
        # The guard has looked at host and origin, and knows more names of this computer than could be listed here
        trusting = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._sessions = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, security_settings=trusting
        )

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        """As long as requests are answered."""
        async with self._sessions.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. There are no sessions, so that a stream of news would never carry any."""
        if scope["method"] == "POST":
            await self._sessions.handle_request(scope, receive, send)
        else:
            refusal = PlainTextResponse("This is the MCP server of Quoth; it answers POST.", 405, {"Allow": "POST"})
            await refusal(scope, receive, send)

    async def _list(self, request: types.ListToolsRequest) -> types.ServerResult:
        return types.ServerResult(types.ListToolsResult(tools=[tool.described for tool in self._tools.values()]))

    async def _call(self, request: types.CallToolRequest) -> types.ServerResult:
        name, arguments = request.params.name, request.params.arguments or {}
        if name not in self._tools:
            known = ", ".join(self._tools)
            raise McpError(types.ErrorData(code=types.INVALID_PARAMS, message=f"No tool is called {name!r}: {known}."))
        return types.ServerResult(await self._tools[name].call(arguments))


def _refusal(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], isError=True)


def _may_be_null(schema: Mapping[str, Any]) -> bool:
    return {"type": "null"} in schema.get("oneOf", [])


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    """The protocol wants an object, where an endpoint returns a list."""
    return {"type": "object", "properties": {"result": schema}, "required": ["result"]}
