from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.decision_question_request import DecisionQuestionRequest
from ...models.decision_shape import DecisionShape
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: UUID,
    *,
    body: DecisionQuestionRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(x_access_reason, Unset):
        headers["X-Access-Reason"] = x_access_reason

    params: dict[str, Any] = {}

    params["fields"] = fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/plans/{id}/decisions/".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DecisionShape | Problem | None:
    if response.status_code == 201:
        response_201 = DecisionShape.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DecisionShape | Problem]:
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
    body: DecisionQuestionRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> Response[DecisionShape | Problem]:
    """Decide about a care plan

     The therapist's decision: `advance`, `hold` or `step_back`. What the system proposed and what was
    known then is kept with
    it. A decision that differs from the proposal needs a `reason` (400 without); 409 when the plan
    cannot be moved so.
    `expected_phase` guards against deciding twice.

    Args:
        id (UUID):
        fields (str | Unset):
        idempotency_key (str | Unset):
        x_access_reason (str | Unset):
        body (DecisionQuestionRequest): A decision about a plan. `expected_phase` guards against
            deciding twice, or about a phase that was left.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DecisionShape | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
        x_access_reason=x_access_reason,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: DecisionQuestionRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> DecisionShape | Problem | None:
    """Decide about a care plan

     The therapist's decision: `advance`, `hold` or `step_back`. What the system proposed and what was
    known then is kept with
    it. A decision that differs from the proposal needs a `reason` (400 without); 409 when the plan
    cannot be moved so.
    `expected_phase` guards against deciding twice.

    Args:
        id (UUID):
        fields (str | Unset):
        idempotency_key (str | Unset):
        x_access_reason (str | Unset):
        body (DecisionQuestionRequest): A decision about a plan. `expected_phase` guards against
            deciding twice, or about a phase that was left.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DecisionShape | Problem
    """

    return sync_detailed(
        id=id,
        client=client,
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
        x_access_reason=x_access_reason,
    ).parsed


async def asyncio_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: DecisionQuestionRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> Response[DecisionShape | Problem]:
    """Decide about a care plan

     The therapist's decision: `advance`, `hold` or `step_back`. What the system proposed and what was
    known then is kept with
    it. A decision that differs from the proposal needs a `reason` (400 without); 409 when the plan
    cannot be moved so.
    `expected_phase` guards against deciding twice.

    Args:
        id (UUID):
        fields (str | Unset):
        idempotency_key (str | Unset):
        x_access_reason (str | Unset):
        body (DecisionQuestionRequest): A decision about a plan. `expected_phase` guards against
            deciding twice, or about a phase that was left.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DecisionShape | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        fields=fields,
        idempotency_key=idempotency_key,
        x_access_reason=x_access_reason,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: DecisionQuestionRequest,
    fields: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
    x_access_reason: str | Unset = UNSET,
) -> DecisionShape | Problem | None:
    """Decide about a care plan

     The therapist's decision: `advance`, `hold` or `step_back`. What the system proposed and what was
    known then is kept with
    it. A decision that differs from the proposal needs a `reason` (400 without); 409 when the plan
    cannot be moved so.
    `expected_phase` guards against deciding twice.

    Args:
        id (UUID):
        fields (str | Unset):
        idempotency_key (str | Unset):
        x_access_reason (str | Unset):
        body (DecisionQuestionRequest): A decision about a plan. `expected_phase` guards against
            deciding twice, or about a phase that was left.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DecisionShape | Problem
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
            fields=fields,
            idempotency_key=idempotency_key,
            x_access_reason=x_access_reason,
        )
    ).parsed
