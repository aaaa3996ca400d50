from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.appointment import Appointment
from ...models.appointment_request import AppointmentRequest
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: AppointmentRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/appointments/",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Appointment | Problem | None:
    if response.status_code == 201:
        response_201 = Appointment.from_dict(response.json())

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
) -> Response[Appointment | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: AppointmentRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[Appointment | Problem]:
    """Book a visit

     Books a visit. The room is chosen by the practice's rules. 409 names in `clash` what is in the way:
    `therapist`, `room`
    and `patient` can never be overridden; of `hours` (closed, too long, within a buffer) staff may say
    why it may be, in
    `override_reason`. Send an `Idempotency-Key`: the same request again gives the same visit. A visit
    keeps its key for
    good, and the same key with other content is 409 here.

    Args:
        fields (str | Unset):
        idempotency_key (str | Unset):
        body (AppointmentRequest): A visit: ids, moments with offset, kind and status.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Appointment | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: AppointmentRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Appointment | Problem | None:
    """Book a visit

     Books a visit. The room is chosen by the practice's rules. 409 names in `clash` what is in the way:
    `therapist`, `room`
    and `patient` can never be overridden; of `hours` (closed, too long, within a buffer) staff may say
    why it may be, in
    `override_reason`. Send an `Idempotency-Key`: the same request again gives the same visit. A visit
    keeps its key for
    good, and the same key with other content is 409 here.

    Args:
        fields (str | Unset):
        idempotency_key (str | Unset):
        body (AppointmentRequest): A visit: ids, moments with offset, kind and status.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Appointment | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: AppointmentRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[Appointment | Problem]:
    """Book a visit

     Books a visit. The room is chosen by the practice's rules. 409 names in `clash` what is in the way:
    `therapist`, `room`
    and `patient` can never be overridden; of `hours` (closed, too long, within a buffer) staff may say
    why it may be, in
    `override_reason`. Send an `Idempotency-Key`: the same request again gives the same visit. A visit
    keeps its key for
    good, and the same key with other content is 409 here.

    Args:
        fields (str | Unset):
        idempotency_key (str | Unset):
        body (AppointmentRequest): A visit: ids, moments with offset, kind and status.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Appointment | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: AppointmentRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Appointment | Problem | None:
    """Book a visit

     Books a visit. The room is chosen by the practice's rules. 409 names in `clash` what is in the way:
    `therapist`, `room`
    and `patient` can never be overridden; of `hours` (closed, too long, within a buffer) staff may say
    why it may be, in
    `override_reason`. Send an `Idempotency-Key`: the same request again gives the same visit. A visit
    keeps its key for
    good, and the same key with other content is 409 here.

    Args:
        fields (str | Unset):
        idempotency_key (str | Unset):
        body (AppointmentRequest): A visit: ids, moments with offset, kind and status.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Appointment | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            fields=fields,
            idempotency_key=idempotency_key,
        )
    ).parsed
