import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.paginated_follow_up_shape_list import PaginatedFollowUpShapeList
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    due_before: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    plan: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_due_before: str | Unset = UNSET
    if not isinstance(due_before, Unset):
        json_due_before = due_before.isoformat()
    params["due_before"] = json_due_before

    params["fields"] = fields

    params["ordering"] = ordering

    params["page"] = page

    params["page_size"] = page_size

    json_patient: str | Unset = UNSET
    if not isinstance(patient, Unset):
        json_patient = str(patient)
    params["patient"] = json_patient

    json_plan: str | Unset = UNSET
    if not isinstance(plan, Unset):
        json_plan = str(plan)
    params["plan"] = json_plan

    json_practitioner: str | Unset = UNSET
    if not isinstance(practitioner, Unset):
        json_practitioner = str(practitioner)
    params["practitioner"] = json_practitioner

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/follow-ups/",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PaginatedFollowUpShapeList | Problem | None:
    if response.status_code == 200:
        response_200 = PaginatedFollowUpShapeList.from_dict(response.json())

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
) -> Response[PaginatedFollowUpShapeList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    due_before: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    plan: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
) -> Response[PaginatedFollowUpShapeList | Problem]:
    """Visits to book, the most overdue first

     The visits that running plans call for and no appointment fulfils yet, the most overdue first: for
    whom, within which
    days, how long. The need without the reason, so that the desk can book them.

    Args:
        due_before (datetime.date | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        plan (UUID | Unset):
        practitioner (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedFollowUpShapeList | Problem]
    """

    kwargs = _get_kwargs(
        due_before=due_before,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        plan=plan,
        practitioner=practitioner,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    due_before: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    plan: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
) -> PaginatedFollowUpShapeList | Problem | None:
    """Visits to book, the most overdue first

     The visits that running plans call for and no appointment fulfils yet, the most overdue first: for
    whom, within which
    days, how long. The need without the reason, so that the desk can book them.

    Args:
        due_before (datetime.date | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        plan (UUID | Unset):
        practitioner (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedFollowUpShapeList | Problem
    """

    return sync_detailed(
        client=client,
        due_before=due_before,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        plan=plan,
        practitioner=practitioner,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    due_before: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    plan: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
) -> Response[PaginatedFollowUpShapeList | Problem]:
    """Visits to book, the most overdue first

     The visits that running plans call for and no appointment fulfils yet, the most overdue first: for
    whom, within which
    days, how long. The need without the reason, so that the desk can book them.

    Args:
        due_before (datetime.date | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        plan (UUID | Unset):
        practitioner (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PaginatedFollowUpShapeList | Problem]
    """

    kwargs = _get_kwargs(
        due_before=due_before,
        fields=fields,
        ordering=ordering,
        page=page,
        page_size=page_size,
        patient=patient,
        plan=plan,
        practitioner=practitioner,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    due_before: datetime.date | Unset = UNSET,
    fields: str | Unset = UNSET,
    ordering: str | Unset = UNSET,
    page: int | Unset = UNSET,
    page_size: int | Unset = UNSET,
    patient: UUID | Unset = UNSET,
    plan: UUID | Unset = UNSET,
    practitioner: UUID | Unset = UNSET,
) -> PaginatedFollowUpShapeList | Problem | None:
    """Visits to book, the most overdue first

     The visits that running plans call for and no appointment fulfils yet, the most overdue first: for
    whom, within which
    days, how long. The need without the reason, so that the desk can book them.

    Args:
        due_before (datetime.date | Unset):
        fields (str | Unset):
        ordering (str | Unset):
        page (int | Unset):
        page_size (int | Unset):
        patient (UUID | Unset):
        plan (UUID | Unset):
        practitioner (UUID | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PaginatedFollowUpShapeList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            due_before=due_before,
            fields=fields,
            ordering=ordering,
            page=page,
            page_size=page_size,
            patient=patient,
            plan=plan,
            practitioner=practitioner,
        )
    ).parsed
