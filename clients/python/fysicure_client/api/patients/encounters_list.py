import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.encounters_list_kind import (
    EncountersListKind,
)
from ...models.paginated_encounter_shape_list import PaginatedEncounterShapeList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    episode: UUID | Unset = UNSET,
    fields: str | Unset = UNSET,
    kind: EncountersListKind | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_access_reason, Unset):
        headers["X-Access-Reason"] = x_access_reason

    params: dict[str, Any] = {}

    json_episode: str | Unset = UNSET
    if not isinstance(episode, Unset):
        json_episode = str(episode)
    params["episode"] = json_episode

    params["fields"] = fields

    json_kind: str | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = kind

    params["kind"] = json_kind

    params["ordering"] = ordering

    params["page"] = page

    params["page_size"] = page_size

    json_patient: str | Unset = UNSET
    if not isinstance(patient, Unset):
        json_patient = str(patient)
    params["patient"] = json_patient

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/encounters/",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedEncounterShapeList | Problem | None:
    if response.status_code == 200:
        response_200 = PaginatedEncounterShapeList.from_dict(response.json())

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
) -> Response[PaginatedEncounterShapeList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    episode: UUID | Unset = UNSET,
    fields: str | Unset = UNSET,
    kind: EncountersListKind | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> Response[PaginatedEncounterShapeList | Problem]:
    """Contacts, the latest first

     Contacts, the latest first: intakes, sessions, phone calls and a patient's own reports, each with
    its note. A therapist
    reads those of all patients (and the practice's owner sees that it was done), a patient the own.

    Args:
        episode (UUID | Unset):
        fields (str | Unset):
        kind (EncountersListKind | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        since (datetime.datetime | Unset):
        x_access_reason (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedEncounterShapeList | Problem]
    """

    kwargs = _get_kwargs(
        episode=episode,
        fields=fields,
        kind=kind,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        since=since,
        x_access_reason=x_access_reason,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    episode: UUID | Unset = UNSET,
    fields: str | Unset = UNSET,
    kind: EncountersListKind | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> PaginatedEncounterShapeList | Problem | None:
    """Contacts, the latest first

     Contacts, the latest first: intakes, sessions, phone calls and a patient's own reports, each with
    its note. A therapist
    reads those of all patients (and the practice's owner sees that it was done), a patient the own.

    Args:
        episode (UUID | Unset):
        fields (str | Unset):
        kind (EncountersListKind | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        since (datetime.datetime | Unset):
        x_access_reason (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedEncounterShapeList | Problem
    """

    return sync_detailed(
        client=client,
        episode=episode,
        fields=fields,
        kind=kind,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        since=since,
        x_access_reason=x_access_reason,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    episode: UUID | Unset = UNSET,
    fields: str | Unset = UNSET,
    kind: EncountersListKind | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> Response[PaginatedEncounterShapeList | Problem]:
    """Contacts, the latest first

     Contacts, the latest first: intakes, sessions, phone calls and a patient's own reports, each with
    its note. A therapist
    reads those of all patients (and the practice's owner sees that it was done), a patient the own.

    Args:
        episode (UUID | Unset):
        fields (str | Unset):
        kind (EncountersListKind | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        since (datetime.datetime | Unset):
        x_access_reason (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedEncounterShapeList | Problem]
    """

    kwargs = _get_kwargs(
        episode=episode,
        fields=fields,
        kind=kind,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        since=since,
        x_access_reason=x_access_reason,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    episode: UUID | Unset = UNSET,
    fields: str | Unset = UNSET,
    kind: EncountersListKind | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> PaginatedEncounterShapeList | Problem | None:
    """Contacts, the latest first

     Contacts, the latest first: intakes, sessions, phone calls and a patient's own reports, each with
    its note. A therapist
    reads those of all patients (and the practice's owner sees that it was done), a patient the own.

    Args:
        episode (UUID | Unset):
        fields (str | Unset):
        kind (EncountersListKind | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        since (datetime.datetime | Unset):
        x_access_reason (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedEncounterShapeList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            episode=episode,
            fields=fields,
            kind=kind,
            ordering=ordering,
            page=page,
            page_size=page_size,
            patient=patient,
            since=since,
            x_access_reason=x_access_reason,
        )
    ).parsed
