from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.diary_entry import DiaryEntry
from ...models.diary_entry_request import DiaryEntryRequest
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: DiaryEntryRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/diary/",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DiaryEntry | Problem | None:
    if response.status_code == 200:
        response_200 = DiaryEntry.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = DiaryEntry.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 406:
        response_406 = Problem.from_dict(response.json())

        return response_406

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DiaryEntry | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: DiaryEntryRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[DiaryEntry | Problem]:
    """Log a session

     A patient logs a session for the own running plan. `next` (pain the morning after) may follow later.
    `client_key` makes a
    repeat harmless: the same key again gives the same entry with 200, nothing new.

    Args:
        fields (str | Unset):
        idempotency_key (str | Unset):
        body (DiaryEntryRequest): One session. `light`, `peak`, `rise`, `masked` are computed;
            `next_derived`: taken from a later `pre`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DiaryEntry | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: DiaryEntryRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> DiaryEntry | Problem | None:
    """Log a session

     A patient logs a session for the own running plan. `next` (pain the morning after) may follow later.
    `client_key` makes a
    repeat harmless: the same key again gives the same entry with 200, nothing new.

    Args:
        fields (str | Unset):
        idempotency_key (str | Unset):
        body (DiaryEntryRequest): One session. `light`, `peak`, `rise`, `masked` are computed;
            `next_derived`: taken from a later `pre`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DiaryEntry | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: DiaryEntryRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[DiaryEntry | Problem]:
    """Log a session

     A patient logs a session for the own running plan. `next` (pain the morning after) may follow later.
    `client_key` makes a
    repeat harmless: the same key again gives the same entry with 200, nothing new.

    Args:
        fields (str | Unset):
        idempotency_key (str | Unset):
        body (DiaryEntryRequest): One session. `light`, `peak`, `rise`, `masked` are computed;
            `next_derived`: taken from a later `pre`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DiaryEntry | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: DiaryEntryRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> DiaryEntry | Problem | None:
    """Log a session

     A patient logs a session for the own running plan. `next` (pain the morning after) may follow later.
    `client_key` makes a
    repeat harmless: the same key again gives the same entry with 200, nothing new.

    Args:
        fields (str | Unset):
        idempotency_key (str | Unset):
        body (DiaryEntryRequest): One session. `light`, `peak`, `rise`, `masked` are computed;
            `next_derived`: taken from a later `pre`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DiaryEntry | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            fields=fields,
            idempotency_key=idempotency_key,
        )
    ).parsed
