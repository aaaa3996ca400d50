from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.progress_answer import ProgressAnswer
from ...models.progress_question_request import ProgressQuestionRequest
from ...types import Response


def _get_kwargs(
    slug: str,
    *,
    body: ProgressQuestionRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/pathways/{slug}/progress".format(
            slug=quote(str(slug), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ProgressAnswer | None:
    if response.status_code == 200:
        response_200 = ProgressAnswer.from_dict(response.json())

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
) -> Response[Problem | ProgressAnswer]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    slug: str,
    *,
    client: AuthenticatedClient,
    body: ProgressQuestionRequest,
) -> Response[Problem | ProgressAnswer]:
    """Hold a plan against its exit lines

     Holds a plan's state against the exit lines of its phase and proposes; it writes nothing. Weeks are
    complete weeks, the
    oldest first; distances in km. No data never counts as no pain: what is not there is `unknown`.

    Args:
        slug (str):
        body (ProgressQuestionRequest): Where a plan stands, as far as the rules need it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProgressAnswer]
    """

    kwargs = _get_kwargs(
        slug=slug,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    slug: str,
    *,
    client: AuthenticatedClient,
    body: ProgressQuestionRequest,
) -> Problem | ProgressAnswer | None:
    """Hold a plan against its exit lines

     Holds a plan's state against the exit lines of its phase and proposes; it writes nothing. Weeks are
    complete weeks, the
    oldest first; distances in km. No data never counts as no pain: what is not there is `unknown`.

    Args:
        slug (str):
        body (ProgressQuestionRequest): Where a plan stands, as far as the rules need it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProgressAnswer
    """

    return sync_detailed(
        slug=slug,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    slug: str,
    *,
    client: AuthenticatedClient,
    body: ProgressQuestionRequest,
) -> Response[Problem | ProgressAnswer]:
    """Hold a plan against its exit lines

     Holds a plan's state against the exit lines of its phase and proposes; it writes nothing. Weeks are
    complete weeks, the
    oldest first; distances in km. No data never counts as no pain: what is not there is `unknown`.

    Args:
        slug (str):
        body (ProgressQuestionRequest): Where a plan stands, as far as the rules need it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ProgressAnswer]
    """

    kwargs = _get_kwargs(
        slug=slug,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    slug: str,
    *,
    client: AuthenticatedClient,
    body: ProgressQuestionRequest,
) -> Problem | ProgressAnswer | None:
    """Hold a plan against its exit lines

     Holds a plan's state against the exit lines of its phase and proposes; it writes nothing. Weeks are
    complete weeks, the
    oldest first; distances in km. No data never counts as no pain: what is not there is `unknown`.

    Args:
        slug (str):
        body (ProgressQuestionRequest): Where a plan stands, as far as the rules need it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ProgressAnswer
    """

    return (
        await asyncio_detailed(
            slug=slug,
            client=client,
            body=body,
        )
    ).parsed
