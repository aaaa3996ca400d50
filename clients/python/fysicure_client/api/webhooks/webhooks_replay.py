from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.replay_asked_request import ReplayAskedRequest
from ...models.replay_shape import ReplayShape
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: UUID,
    *,
    body: ReplayAskedRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/webhooks/{id}/replay/".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | ReplayShape | None:
    if response.status_code == 202:
        response_202 = ReplayShape.from_dict(response.json())

        return response_202

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[Problem | ReplayShape]:
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
    body: ReplayAskedRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> Response[Problem | ReplayShape]:
    """Send again

     Sends again: one `delivery` of the log, or everything `since` a moment that this webhook wants and
    that is still kept
    (thirty days). Messages keep their ids, so that a receiver knows those that it has. The answer comes
    before they are sent.

    Args:
        id (UUID):
        fields (str | Unset):
        body (ReplayAskedRequest | Unset): What to send again: one delivery, or everything since a
            moment. Exactly one of the two.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReplayShape]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        fields=fields,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: ReplayAskedRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> Problem | ReplayShape | None:
    """Send again

     Sends again: one `delivery` of the log, or everything `since` a moment that this webhook wants and
    that is still kept
    (thirty days). Messages keep their ids, so that a receiver knows those that it has. The answer comes
    before they are sent.

    Args:
        id (UUID):
        fields (str | Unset):
        body (ReplayAskedRequest | Unset): What to send again: one delivery, or everything since a
            moment. Exactly one of the two.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReplayShape
    """

    return sync_detailed(
        id=id,
        client=client,
        body=body,
        fields=fields,
    ).parsed


async def asyncio_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: ReplayAskedRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> Response[Problem | ReplayShape]:
    """Send again

     Sends again: one `delivery` of the log, or everything `since` a moment that this webhook wants and
    that is still kept
    (thirty days). Messages keep their ids, so that a receiver knows those that it has. The answer comes
    before they are sent.

    Args:
        id (UUID):
        fields (str | Unset):
        body (ReplayAskedRequest | Unset): What to send again: one delivery, or everything since a
            moment. Exactly one of the two.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReplayShape]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        fields=fields,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: ReplayAskedRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
) -> Problem | ReplayShape | None:
    """Send again

     Sends again: one `delivery` of the log, or everything `since` a moment that this webhook wants and
    that is still kept
    (thirty days). Messages keep their ids, so that a receiver knows those that it has. The answer comes
    before they are sent.

    Args:
        id (UUID):
        fields (str | Unset):
        body (ReplayAskedRequest | Unset): What to send again: one delivery, or everything since a
            moment. Exactly one of the two.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReplayShape
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
            fields=fields,
        )
    ).parsed
