import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.paginated_prescription_shape_list import PaginatedPrescriptionShapeList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    episode: UUID | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_episode: str | Unset = UNSET
    if not isinstance(episode, Unset):
        json_episode = str(episode)
    params["episode"] = json_episode

    params["fields"] = fields

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
        "url": "/api/v1/prescriptions/",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedPrescriptionShapeList | Problem | None:
    if response.status_code == 200:
        response_200 = PaginatedPrescriptionShapeList.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

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
) -> Response[PaginatedPrescriptionShapeList | Problem]:
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
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
) -> Response[PaginatedPrescriptionShapeList | Problem]:
    """Prescriptions, the latest first

     Doctors' orders, the latest first, with how many sessions were used and are left. `diagnosis` is
    there only for who
    treats and for the patient. `start_before` is the last day on which a first session still counts.

    Args:
        episode (UUID | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        since (datetime.date | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPrescriptionShapeList | Problem]
    """

    kwargs = _get_kwargs(
        episode=episode,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        since=since,
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
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
) -> PaginatedPrescriptionShapeList | Problem | None:
    """Prescriptions, the latest first

     Doctors' orders, the latest first, with how many sessions were used and are left. `diagnosis` is
    there only for who
    treats and for the patient. `start_before` is the last day on which a first session still counts.

    Args:
        episode (UUID | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        since (datetime.date | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPrescriptionShapeList | Problem
    """

    return sync_detailed(
        client=client,
        episode=episode,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        since=since,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    episode: UUID | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
) -> Response[PaginatedPrescriptionShapeList | Problem]:
    """Prescriptions, the latest first

     Doctors' orders, the latest first, with how many sessions were used and are left. `diagnosis` is
    there only for who
    treats and for the patient. `start_before` is the last day on which a first session still counts.

    Args:
        episode (UUID | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        since (datetime.date | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPrescriptionShapeList | Problem]
    """

    kwargs = _get_kwargs(
        episode=episode,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        since=since,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    episode: UUID | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    since: datetime.date | Unset = UNSET,
) -> PaginatedPrescriptionShapeList | Problem | None:
    """Prescriptions, the latest first

     Doctors' orders, the latest first, with how many sessions were used and are left. `diagnosis` is
    there only for who
    treats and for the patient. `start_before` is the last day on which a first session still counts.

    Args:
        episode (UUID | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        since (datetime.date | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPrescriptionShapeList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            episode=episode,
            fields=fields,
            ordering=ordering,
            page=page,
            page_size=page_size,
            patient=patient,
            since=since,
        )
    ).parsed
