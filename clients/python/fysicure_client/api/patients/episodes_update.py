from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.episode_shape import EpisodeShape
from ...models.patched_episode_shape_request import PatchedEpisodeShapeRequest
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: UUID,
    *,
    body: PatchedEpisodeShapeRequest | Unset = UNSET,
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
        "url": "/api/v1/episodes/{id}/".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> EpisodeShape | Problem | None:
    if response.status_code == 200:
        response_200 = EpisodeShape.from_dict(response.json())

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
) -> Response[EpisodeShape | Problem]:
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
    body: PatchedEpisodeShapeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[EpisodeShape | Problem]:
    """Correct an episode of care

     Corrects or closes an episode. `status` `finished` puts the end on today unless `ended_on` is given.
    An episode never
    changes its patient.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        body (PatchedEpisodeShapeRequest | Unset): An episode of care. `reason` and `side` are
            there only for those who treat and for the patient.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EpisodeShape | Problem]
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
    body: PatchedEpisodeShapeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> EpisodeShape | Problem | None:
    """Correct an episode of care

     Corrects or closes an episode. `status` `finished` puts the end on today unless `ended_on` is given.
    An episode never
    changes its patient.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        body (PatchedEpisodeShapeRequest | Unset): An episode of care. `reason` and `side` are
            there only for those who treat and for the patient.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EpisodeShape | Problem
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
    body: PatchedEpisodeShapeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> Response[EpisodeShape | Problem]:
    """Correct an episode of care

     Corrects or closes an episode. `status` `finished` puts the end on today unless `ended_on` is given.
    An episode never
    changes its patient.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        body (PatchedEpisodeShapeRequest | Unset): An episode of care. `reason` and `side` are
            there only for those who treat and for the patient.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EpisodeShape | Problem]
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
    body: PatchedEpisodeShapeRequest | Unset = UNSET,
    fields: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> EpisodeShape | Problem | None:
    """Correct an episode of care

     Corrects or closes an episode. `status` `finished` puts the end on today unless `ended_on` is given.
    An episode never
    changes its patient.

    Args:
        id (UUID):
        fields (str | Unset):
        if_match (str | Unset):
        body (PatchedEpisodeShapeRequest | Unset): An episode of care. `reason` and `side` are
            there only for those who treat and for the patient.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EpisodeShape | Problem
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
