import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.paginated_patient_row_shape_list import PaginatedPatientRowShapeList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    archived: bool | Unset = UNSET,
    birth_date: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["archived"] = archived

    json_birth_date: str | Unset = UNSET
    if not isinstance(birth_date, Unset):
        json_birth_date = birth_date.isoformat()
    params["birth_date"] = json_birth_date

    params["fields"] = fields

    params["ordering"] = ordering

    params["page"] = page

    params["page_size"] = page_size

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/patients/",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedPatientRowShapeList | Problem | None:
    if response.status_code == 200:
        response_200 = PaginatedPatientRowShapeList.from_dict(response.json())

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
) -> Response[PaginatedPatientRowShapeList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    archived: bool | Unset = UNSET,
    birth_date: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> Response[PaginatedPatientRowShapeList | Problem]:
    """Patients, by name

     Patients by name: staff see all of them, a patient the own record. In a list the national number
    shows the date of
    birth alone. To look somebody up use the search, which takes typing errors and leaves no name in a
    log.

    Args:
        archived (bool | Unset):
        birth_date (datetime.date | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPatientRowShapeList | Problem]
    """

    kwargs = _get_kwargs(
        archived=archived,
        birth_date=birth_date,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    archived: bool | Unset = UNSET,
    birth_date: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> PaginatedPatientRowShapeList | Problem | None:
    """Patients, by name

     Patients by name: staff see all of them, a patient the own record. In a list the national number
    shows the date of
    birth alone. To look somebody up use the search, which takes typing errors and leaves no name in a
    log.

    Args:
        archived (bool | Unset):
        birth_date (datetime.date | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPatientRowShapeList | Problem
    """

    return sync_detailed(
        client=client,
        archived=archived,
        birth_date=birth_date,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    archived: bool | Unset = UNSET,
    birth_date: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> Response[PaginatedPatientRowShapeList | Problem]:
    """Patients, by name

     Patients by name: staff see all of them, a patient the own record. In a list the national number
    shows the date of
    birth alone. To look somebody up use the search, which takes typing errors and leaves no name in a
    log.

    Args:
        archived (bool | Unset):
        birth_date (datetime.date | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedPatientRowShapeList | Problem]
    """

    kwargs = _get_kwargs(
        archived=archived,
        birth_date=birth_date,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    archived: bool | Unset = UNSET,
    birth_date: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
) -> PaginatedPatientRowShapeList | Problem | None:
    """Patients, by name

     Patients by name: staff see all of them, a patient the own record. In a list the national number
    shows the date of
    birth alone. To look somebody up use the search, which takes typing errors and leaves no name in a
    log.

    Args:
        archived (bool | Unset):
        birth_date (datetime.date | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedPatientRowShapeList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            archived=archived,
            birth_date=birth_date,
            fields=fields,
            ordering=ordering,
            page=page,
            page_size=page_size,
        )
    ).parsed
