"""What somebody may have meant who made a single slip of the finger, in a short word or in a phone number."""

_DIGITS = "0123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WITHIN_BELGIUM = range(7, 11)
_WITH_COUNTRY = range(8, 15)


def words_near(word: str) -> set[str]:
    """Return the words that are one slip away: a letter wrong, missing or too many, or two neighbours swapped."""
    return _one_off(word, _LETTERS) | swapped(word, 1)


def phones_near(digits: str) -> set[str]:
    """Return the E.164 numbers that a typed number may stand for: itself, and each that is one slip away.

    A slip is a digit wrong, missing or too many, or two digits or pairs of digits swapped. The number comes without
    its trunk zero; it is read within Belgium (8 or 9 digits, give or take one) and with a country's code.
    """
    near = {digits} | _one_off(digits, _DIGITS) | swapped(digits, 1) | swapped(digits, 2)
    within = {f"+32{each}" for each in near} if len(digits) in _WITHIN_BELGIUM else set()
    return within | ({f"+{each}" for each in near} if len(digits) in _WITH_COUNTRY else set())


def swapped(text: str, size: int) -> set[str]:
    """Return the text with each two neighbours swapped, letters or groups of so many."""
    found = set()
    for place in range(len(text) - 2 * size + 1):
        middle, end = place + size, place + 2 * size
        found.add(text[:place] + text[middle:end] + text[place:middle] + text[end:])
    return found - {text}


def _one_off(text: str, letters: str) -> set[str]:
    found = {text[:place] + letter + text[place:] for place in range(len(text) + 1) for letter in letters}
    for place in range(len(text)):
        found.add(text[:place] + text[place + 1 :])
        found |= {text[:place] + letter + text[place + 1 :] for letter in letters}
    return found - {text}
