"""The OpenAPI document: what drf-spectacular reads from the code, and what people must know besides.

`operations/*.yaml` holds, by operation, exchanges that a person wrote: who asks what, and which status follows.
`recorded.json` holds what the API really answered to them in a planted practice; tests/api records and compares it.
`operation.py` joins both to what the code says of each operation.
"""
