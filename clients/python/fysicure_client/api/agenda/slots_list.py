import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.slot import Slot
from ...models.slots_list_type import SlotsListType
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    fields: str | Unset = UNSET,
    from_: datetime.datetime,
    minutes: int | Unset = 30,
    not_after: str | Unset = UNSET,
    not_before: str | Unset = UNSET,
    practitioner: list[UUID] | Unset = UNSET,
    to: datetime.datetime,
    type_: SlotsListType | Unset = "session",
    weekday: list[int] | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["fields"] = fields

    json_from_ = from_.isoformat()
    params["from"] = json_from_

    params["minutes"] = minutes

    params["not_after"] = not_after

    params["not_before"] = not_before

    json_practitioner: list[str] | Unset = UNSET
    if not isinstance(practitioner, Unset):
        json_practitioner = []
        for practitioner_item_data in practitioner:
            practitioner_item = str(practitioner_item_data)
            json_practitioner.append(practitioner_item)

    params["practitioner"] = json_practitioner

    json_to = to.isoformat()
    params["to"] = json_to

    json_type_: str | Unset = UNSET
    if not isinstance(type_, Unset):
        json_type_ = type_

    params["type"] = json_type_

    json_weekday: list[int] | Unset = UNSET
    if not isinstance(weekday, Unset):
        json_weekday = weekday

    params["weekday"] = json_weekday

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/slots/",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | list[Slot] | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = Slot.from_dict(response_200_item_data)

            response_200.append(response_200_item)

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

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | list[Slot]]:
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
    from_: datetime.datetime,
    minutes: int | Unset = 30,
    not_after: str | Unset = UNSET,
    not_before: str | Unset = UNSET,
    practitioner: list[UUID] | Unset = UNSET,
    to: datetime.datetime,
    type_: SlotsListType | Unset = "session",
    weekday: list[int] | Unset = UNSET,
) -> Response[Problem | list[Slot]]:
    """Free moments

     Visits that could be booked between `from` and `to`, the earliest first, at most 62 days at once.
    Hours, leave, holidays,
    visits with their buffers and rooms are looked at; nothing is held, and booking checks again. This
    list has no pages.

    Args:
        fields (str | Unset):
        from_ (datetime.datetime):
        minutes (int | Unset):  Default: 30.
        not_after (str | Unset):
        not_before (str | Unset):
        practitioner (list[UUID] | Unset):
        to (datetime.datetime):
        type_ (SlotsListType | Unset):  Default: 'session'.
        weekday (list[int] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | list[Slot]]
    """

    kwargs = _get_kwargs(
        fields=fields,
        from_=from_,
        minutes=minutes,
        not_after=not_after,
        not_before=not_before,
        practitioner=practitioner,
        to=to,
        type_=type_,
        weekday=weekday,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    from_: datetime.datetime,
    minutes: int | Unset = 30,
    not_after: str | Unset = UNSET,
    not_before: str | Unset = UNSET,
    practitioner: list[UUID] | Unset = UNSET,
    to: datetime.datetime,
    type_: SlotsListType | Unset = "session",
    weekday: list[int] | Unset = UNSET,
) -> Problem | list[Slot] | None:
    """Free moments

     Visits that could be booked between `from` and `to`, the earliest first, at most 62 days at once.
    Hours, leave, holidays,
    visits with their buffers and rooms are looked at; nothing is held, and booking checks again. This
    list has no pages.

    Args:
        fields (str | Unset):
        from_ (datetime.datetime):
        minutes (int | Unset):  Default: 30.
        not_after (str | Unset):
        not_before (str | Unset):
        practitioner (list[UUID] | Unset):
        to (datetime.datetime):
        type_ (SlotsListType | Unset):  Default: 'session'.
        weekday (list[int] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | list[Slot]
    """

    return sync_detailed(
        client=client,
        fields=fields,
        from_=from_,
        minutes=minutes,
        not_after=not_after,
        not_before=not_before,
        practitioner=practitioner,
        to=to,
        type_=type_,
        weekday=weekday,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    from_: datetime.datetime,
    minutes: int | Unset = 30,
    not_after: str | Unset = UNSET,
    not_before: str | Unset = UNSET,
    practitioner: list[UUID] | Unset = UNSET,
    to: datetime.datetime,
    type_: SlotsListType | Unset = "session",
    weekday: list[int] | Unset = UNSET,
) -> Response[Problem | list[Slot]]:
    """Free moments

     Visits that could be booked between `from` and `to`, the earliest first, at most 62 days at once.
    Hours, leave, holidays,
    visits with their buffers and rooms are looked at; nothing is held, and booking checks again. This
    list has no pages.

    Args:
        fields (str | Unset):
        from_ (datetime.datetime):
        minutes (int | Unset):  Default: 30.
        not_after (str | Unset):
        not_before (str | Unset):
        practitioner (list[UUID] | Unset):
        to (datetime.datetime):
        type_ (SlotsListType | Unset):  Default: 'session'.
        weekday (list[int] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | list[Slot]]
    """

    kwargs = _get_kwargs(
        fields=fields,
        from_=from_,
        minutes=minutes,
        not_after=not_after,
        not_before=not_before,
        practitioner=practitioner,
        to=to,
        type_=type_,
        weekday=weekday,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    fields: str | Unset = UNSET,
    from_: datetime.datetime,
    minutes: int | Unset = 30,
    not_after: str | Unset = UNSET,
    not_before: str | Unset = UNSET,
    practitioner: list[UUID] | Unset = UNSET,
    to: datetime.datetime,
    type_: SlotsListType | Unset = "session",
    weekday: list[int] | Unset = UNSET,
) -> Problem | list[Slot] | None:
    """Free moments

     Visits that could be booked between `from` and `to`, the earliest first, at most 62 days at once.
    Hours, leave, holidays,
    visits with their buffers and rooms are looked at; nothing is held, and booking checks again. This
    list has no pages.

    Args:
        fields (str | Unset):
        from_ (datetime.datetime):
        minutes (int | Unset):  Default: 30.
        not_after (str | Unset):
        not_before (str | Unset):
        practitioner (list[UUID] | Unset):
        to (datetime.datetime):
        type_ (SlotsListType | Unset):  Default: 'session'.
        weekday (list[int] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | list[Slot]
    """

    return (
        await asyncio_detailed(
            client=client,
            fields=fields,
            from_=from_,
            minutes=minutes,
            not_after=not_after,
            not_before=not_before,
            practitioner=practitioner,
            to=to,
            type_=type_,
            weekday=weekday,
        )
    ).parsed
