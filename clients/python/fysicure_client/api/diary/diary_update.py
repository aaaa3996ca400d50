from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.diary_entry import DiaryEntry
from ...models.patched_diary_entry_request import PatchedDiaryEntryRequest
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: UUID,
    *,
    body: PatchedDiaryEntryRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    if not isinstance(x_access_reason, Unset):
        headers["X-Access-Reason"] = x_access_reason

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/diary/{id}/".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DiaryEntry | Problem | None:
    if response.status_code == 200:
        response_200 = DiaryEntry.from_dict(response.json())

        return response_200

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

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedDiaryEntryRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> Response[DiaryEntry | Problem]:
    """Complete or correct a diary entry

     Gives the pain of the morning after (`next`, 12 to 36 hours after the end), or corrects other
    fields: a patient within 24
    hours, a therapist always. With `If-Match` a correction of somebody else is never overwritten.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        x_access_reason (str | Unset):
        body (PatchedDiaryEntryRequest | Unset): One session. `light`, `peak`, `rise`, `masked`
            are computed; `next_derived`: taken from a later `pre`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DiaryEntry | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        fields=fields,
        if_match=if_match,
        x_access_reason=x_access_reason,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedDiaryEntryRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> DiaryEntry | Problem | None:
    """Complete or correct a diary entry

     Gives the pain of the morning after (`next`, 12 to 36 hours after the end), or corrects other
    fields: a patient within 24
    hours, a therapist always. With `If-Match` a correction of somebody else is never overwritten.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        x_access_reason (str | Unset):
        body (PatchedDiaryEntryRequest | Unset): One session. `light`, `peak`, `rise`, `masked`
            are computed; `next_derived`: taken from a later `pre`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DiaryEntry | Problem
    """

    return sync_detailed(
        id=id,
        client=client,
        body=body,
        fields=fields,
        if_match=if_match,
        x_access_reason=x_access_reason,
    ).parsed


async def asyncio_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedDiaryEntryRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> Response[DiaryEntry | Problem]:
    """Complete or correct a diary entry

     Gives the pain of the morning after (`next`, 12 to 36 hours after the end), or corrects other
    fields: a patient within 24
    hours, a therapist always. With `If-Match` a correction of somebody else is never overwritten.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        x_access_reason (str | Unset):
        body (PatchedDiaryEntryRequest | Unset): One session. `light`, `peak`, `rise`, `masked`
            are computed; `next_derived`: taken from a later `pre`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DiaryEntry | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        fields=fields,
        if_match=if_match,
        x_access_reason=x_access_reason,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedDiaryEntryRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> DiaryEntry | Problem | None:
    """Complete or correct a diary entry

     Gives the pain of the morning after (`next`, 12 to 36 hours after the end), or corrects other
    fields: a patient within 24
    hours, a therapist always. With `If-Match` a correction of somebody else is never overwritten.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        x_access_reason (str | Unset):
        body (PatchedDiaryEntryRequest | Unset): One session. `light`, `peak`, `rise`, `masked`
            are computed; `next_derived`: taken from a later `pre`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DiaryEntry | Problem
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
            fields=fields,
            if_match=if_match,
            x_access_reason=x_access_reason,
        )
    ).parsed
