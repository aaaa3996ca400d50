from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.appointments_list_status import (
    AppointmentsListStatus,
)
from ...models.paginated_appointment_list import PaginatedAppointmentList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    fields: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
    status: AppointmentsListStatus | Unset = UNSET,
    to: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["fields"] = fields

    params["from"] = from_

    params["ordering"] = ordering

    params["page"] = page

    params["page_size"] = page_size

    json_patient: str | Unset = UNSET
    if not isinstance(patient, Unset):
        json_patient = str(patient)
    params["patient"] = json_patient

    json_practitioner: str | Unset = UNSET
    if not isinstance(practitioner, Unset):
        json_practitioner = str(practitioner)
    params["practitioner"] = json_practitioner

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    params["to"] = to

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/appointments/",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedAppointmentList | Problem | None:
    if response.status_code == 200:
        response_200 = PaginatedAppointmentList.from_dict(response.json())

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
) -> Response[PaginatedAppointmentList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
    status: AppointmentsListStatus | Unset = UNSET,
    to: str | Unset = UNSET,
) -> Response[PaginatedAppointmentList | Problem]:
    """Visits, in order of time

     Visits in order of time: staff see all of them, a patient the own. `from` and `to` bound the moment
    at which a visit
    begins; a date stands for its midnight in Brussels.

    Args:
        fields (str | Unset):
        from_ (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        practitioner (UUID | Unset):
        status (AppointmentsListStatus | Unset):
        to (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedAppointmentList | Problem]
    """

    kwargs = _get_kwargs(
        fields=fields,
        from_=from_,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        practitioner=practitioner,
        status=status,
        to=to,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
    status: AppointmentsListStatus | Unset = UNSET,
    to: str | Unset = UNSET,
) -> PaginatedAppointmentList | Problem | None:
    """Visits, in order of time

     Visits in order of time: staff see all of them, a patient the own. `from` and `to` bound the moment
    at which a visit
    begins; a date stands for its midnight in Brussels.

    Args:
        fields (str | Unset):
        from_ (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        practitioner (UUID | Unset):
        status (AppointmentsListStatus | Unset):
        to (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedAppointmentList | Problem
    """

    return sync_detailed(
        client=client,
        fields=fields,
        from_=from_,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        practitioner=practitioner,
        status=status,
        to=to,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
    status: AppointmentsListStatus | Unset = UNSET,
    to: str | Unset = UNSET,
) -> Response[PaginatedAppointmentList | Problem]:
    """Visits, in order of time

     Visits in order of time: staff see all of them, a patient the own. `from` and `to` bound the moment
    at which a visit
    begins; a date stands for its midnight in Brussels.

    Args:
        fields (str | Unset):
        from_ (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        practitioner (UUID | Unset):
        status (AppointmentsListStatus | Unset):
        to (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedAppointmentList | Problem]
    """

    kwargs = _get_kwargs(
        fields=fields,
        from_=from_,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        practitioner=practitioner,
        status=status,
        to=to,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
    status: AppointmentsListStatus | Unset = UNSET,
    to: str | Unset = UNSET,
) -> PaginatedAppointmentList | Problem | None:
    """Visits, in order of time

     Visits in order of time: staff see all of them, a patient the own. `from` and `to` bound the moment
    at which a visit
    begins; a date stands for its midnight in Brussels.

    Args:
        fields (str | Unset):
        from_ (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        practitioner (UUID | Unset):
        status (AppointmentsListStatus | Unset):
        to (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedAppointmentList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            fields=fields,
            from_=from_,
            ordering=ordering,
            page=page,
            page_size=page_size,
            patient=patient,
            practitioner=practitioner,
            status=status,
            to=to,
        )
    ).parsed
