from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.endpoint_shape import EndpointShape
from ...models.patched_endpoint_change_request import PatchedEndpointChangeRequest
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: UUID,
    *,
    body: PatchedEndpointChangeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/v1/webhooks/{id}/".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EndpointShape | Problem | None:
    if response.status_code == 200:
        response_200 = EndpointShape.from_dict(response.json())

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
) -> Response[EndpointShape | Problem]:
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
    body: PatchedEndpointChangeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[EndpointShape | Problem]:
    """Change a webhook

     Changes name, address or events, or switches it `off` and `active` again. Switched off, what waits
    is let go and
    nothing is kept; switched on after `error`, what waited is sent in order.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        body (PatchedEndpointChangeRequest | Unset): What may change of a webhook. Switched off,
            nothing is kept for it; switched on, what waited is sent.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EndpointShape | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        fields=fields,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedEndpointChangeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> EndpointShape | Problem | None:
    """Change a webhook

     Changes name, address or events, or switches it `off` and `active` again. Switched off, what waits
    is let go and
    nothing is kept; switched on after `error`, what waited is sent in order.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        body (PatchedEndpointChangeRequest | Unset): What may change of a webhook. Switched off,
            nothing is kept for it; switched on, what waited is sent.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EndpointShape | Problem
    """

    return sync_detailed(
        id=id,
        client=client,
        body=body,
        fields=fields,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedEndpointChangeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[EndpointShape | Problem]:
    """Change a webhook

     Changes name, address or events, or switches it `off` and `active` again. Switched off, what waits
    is let go and
    nothing is kept; switched on after `error`, what waited is sent in order.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        body (PatchedEndpointChangeRequest | Unset): What may change of a webhook. Switched off,
            nothing is kept for it; switched on, what waited is sent.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EndpointShape | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        fields=fields,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: PatchedEndpointChangeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> EndpointShape | Problem | None:
    """Change a webhook

     Changes name, address or events, or switches it `off` and `active` again. Switched off, what waits
    is let go and
    nothing is kept; switched on after `error`, what waited is sent in order.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        body (PatchedEndpointChangeRequest | Unset): What may change of a webhook. Switched off,
            nothing is kept for it; switched on, what waited is sent.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EndpointShape | Problem
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
            fields=fields,
            if_match=if_match,
        )
    ).parsed
