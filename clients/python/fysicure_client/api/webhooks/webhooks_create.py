from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.new_endpoint_request import NewEndpointRequest
from ...models.problem import Problem
from ...models.secret_shape import SecretShape
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: NewEndpointRequest,
    fields: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/webhooks/",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | SecretShape | None:
    if response.status_code == 201:
        response_201 = SecretShape.from_dict(response.json())

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
) -> Response[Problem | SecretShape]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewEndpointRequest,
    fields: str | Unset = UNSET,
) -> Response[Problem | SecretShape]:
    """Make a webhook

     Makes a webhook. The answer holds its `secret`, this once: messages are signed with it. The address
    must be https on a
    public host, port 443 or 8443. A create of a webhook takes no `Idempotency-Key`, as its secret is
    never told twice;
    after a lost answer, renew the secret of the one that is there. 409 when there are twenty already.

    Args:
        fields (str | Unset):
        body (NewEndpointRequest): What to tell, and where.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SecretShape]
    """

    kwargs = _get_kwargs(
        body=body,
        fields=fields,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: NewEndpointRequest,
    fields: str | Unset = UNSET,
) -> Problem | SecretShape | None:
    """Make a webhook

     Makes a webhook. The answer holds its `secret`, this once: messages are signed with it. The address
    must be https on a
    public host, port 443 or 8443. A create of a webhook takes no `Idempotency-Key`, as its secret is
    never told twice;
    after a lost answer, renew the secret of the one that is there. 409 when there are twenty already.

    Args:
        fields (str | Unset):
        body (NewEndpointRequest): What to tell, and where.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SecretShape
    """

    return sync_detailed(
        client=client,
        body=body,
        fields=fields,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewEndpointRequest,
    fields: str | Unset = UNSET,
) -> Response[Problem | SecretShape]:
    """Make a webhook

     Makes a webhook. The answer holds its `secret`, this once: messages are signed with it. The address
    must be https on a
    public host, port 443 or 8443. A create of a webhook takes no `Idempotency-Key`, as its secret is
    never told twice;
    after a lost answer, renew the secret of the one that is there. 409 when there are twenty already.

    Args:
        fields (str | Unset):
        body (NewEndpointRequest): What to tell, and where.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SecretShape]
    """

    kwargs = _get_kwargs(
        body=body,
        fields=fields,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewEndpointRequest,
    fields: str | Unset = UNSET,
) -> Problem | SecretShape | None:
    """Make a webhook

     Makes a webhook. The answer holds its `secret`, this once: messages are signed with it. The address
    must be https on a
    public host, port 443 or 8443. A create of a webhook takes no `Idempotency-Key`, as its secret is
    never told twice;
    after a lost answer, renew the secret of the one that is there. 409 when there are twenty already.

    Args:
        fields (str | Unset):
        body (NewEndpointRequest): What to tell, and where.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SecretShape
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            fields=fields,
        )
    ).parsed
