from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.paginated_delivery_shape_list import PaginatedDeliveryShapeList
from ...models.problem import Problem
from ...models.webhooks_deliveries_status import (
    WebhooksDeliveriesStatus,
)
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: UUID,
    *,
    fields: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    status: WebhooksDeliveriesStatus | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["fields"] = fields

    params["page"] = page

    params["page_size"] = page_size

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/webhooks/{id}/deliveries/".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedDeliveryShapeList | Problem | None:
    if response.status_code == 200:
        response_200 = PaginatedDeliveryShapeList.from_dict(response.json())

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

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PaginatedDeliveryShapeList | Problem]:
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
    fields: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    status: WebhooksDeliveriesStatus | Unset = UNSET,
) -> Response[PaginatedDeliveryShapeList | Problem]:
    """What was sent to a webhook

     What was sent to a webhook in the last thirty days, the latest event first, each with its attempts.
    `message` is the
    `webhook-id` that the receiver saw. What the receiver answered is not kept, but its status and a
    code of what failed.

    Args:
        id (UUID):
        fields (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        status (WebhooksDeliveriesStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedDeliveryShapeList | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        fields=fields,
        page=page,
        page_size=page_size,
        status=status,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: UUID,
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    status: WebhooksDeliveriesStatus | Unset = UNSET,
) -> PaginatedDeliveryShapeList | Problem | None:
    """What was sent to a webhook

     What was sent to a webhook in the last thirty days, the latest event first, each with its attempts.
    `message` is the
    `webhook-id` that the receiver saw. What the receiver answered is not kept, but its status and a
    code of what failed.

    Args:
        id (UUID):
        fields (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        status (WebhooksDeliveriesStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedDeliveryShapeList | Problem
    """

    return sync_detailed(
        id=id,
        client=client,
        fields=fields,
        page=page,
        page_size=page_size,
        status=status,
    ).parsed


async def asyncio_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    status: WebhooksDeliveriesStatus | Unset = UNSET,
) -> Response[PaginatedDeliveryShapeList | Problem]:
    """What was sent to a webhook

     What was sent to a webhook in the last thirty days, the latest event first, each with its attempts.
    `message` is the
    `webhook-id` that the receiver saw. What the receiver answered is not kept, but its status and a
    code of what failed.

    Args:
        id (UUID):
        fields (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        status (WebhooksDeliveriesStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedDeliveryShapeList | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        fields=fields,
        page=page,
        page_size=page_size,
        status=status,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: UUID,
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    status: WebhooksDeliveriesStatus | Unset = UNSET,
) -> PaginatedDeliveryShapeList | Problem | None:
    """What was sent to a webhook

     What was sent to a webhook in the last thirty days, the latest event first, each with its attempts.
    `message` is the
    `webhook-id` that the receiver saw. What the receiver answered is not kept, but its status and a
    code of what failed.

    Args:
        id (UUID):
        fields (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        status (WebhooksDeliveriesStatus | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedDeliveryShapeList | Problem
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            fields=fields,
            page=page,
            page_size=page_size,
            status=status,
        )
    ).parsed
