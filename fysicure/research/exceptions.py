"""Why no file is made."""

from accounts.exceptions import DomainError


class NobodyConsented(DomainError):
    """No patient with a plan in these years allows research."""


class TooRare(DomainError):
    """Too few patients are alike, however coarse the values: a file would point at people."""


class NotAnonymous(DomainError):
    """The file that was written does not keep what it should; it was thrown away."""


class BadStudyKey(DomainError):
    """The file with the key of a study cannot be used."""

    status = 400
