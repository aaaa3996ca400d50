from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.found_shape import FoundShape
from ...models.problem import Problem
from ...models.search_shape_request import SearchShapeRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: SearchShapeRequest,
    fields: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/patients/search/",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> FoundShape | Problem | None:
    if response.status_code == 200:
        response_200 = FoundShape.from_dict(response.json())

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

    if response.status_code == 406:
        response_406 = Problem.from_dict(response.json())

        return response_406

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
) -> Response[FoundShape | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: SearchShapeRequest,
    fields: str | Unset = UNSET,
) -> Response[FoundShape | Problem]:
    """Search patients

     Finds patients by any part of name, birth date or phone, with typing errors, the best first. A
    search is a POST, so that
    no name stands in an address or a log. `count` counts the rows shown; `has_more` says that there are
    more.

    Args:
        fields (str | Unset):
        body (SearchShapeRequest): What to look for: any part of the name, a date of birth, a
            phone number; with typos.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FoundShape | Problem]
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
    body: SearchShapeRequest,
    fields: str | Unset = UNSET,
) -> FoundShape | Problem | None:
    """Search patients

     Finds patients by any part of name, birth date or phone, with typing errors, the best first. A
    search is a POST, so that
    no name stands in an address or a log. `count` counts the rows shown; `has_more` says that there are
    more.

    Args:
        fields (str | Unset):
        body (SearchShapeRequest): What to look for: any part of the name, a date of birth, a
            phone number; with typos.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FoundShape | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        fields=fields,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: SearchShapeRequest,
    fields: str | Unset = UNSET,
) -> Response[FoundShape | Problem]:
    """Search patients

     Finds patients by any part of name, birth date or phone, with typing errors, the best first. A
    search is a POST, so that
    no name stands in an address or a log. `count` counts the rows shown; `has_more` says that there are
    more.

    Args:
        fields (str | Unset):
        body (SearchShapeRequest): What to look for: any part of the name, a date of birth, a
            phone number; with typos.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FoundShape | Problem]
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
    body: SearchShapeRequest,
    fields: str | Unset = UNSET,
) -> FoundShape | Problem | None:
    """Search patients

     Finds patients by any part of name, birth date or phone, with typing errors, the best first. A
    search is a POST, so that
    no name stands in an address or a log. `count` counts the rows shown; `has_more` says that there are
    more.

    Args:
        fields (str | Unset):
        body (SearchShapeRequest): What to look for: any part of the name, a date of birth, a
            phone number; with typos.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FoundShape | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            fields=fields,
        )
    ).parsed
