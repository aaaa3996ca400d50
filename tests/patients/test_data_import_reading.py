"""From bytes to a table: what people's programs write, and what is none."""

import csv
import io

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from patients.data_import.reading import MOST_ROWS, read_table, tidy
from patients.exceptions import NotATable

TEXT = "Naam;Voornaam\nPeeters;Zoë\n"
CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


def read(content: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    table = read_table(content)
    return table.headings, list(table.rows)


def refused(content: bytes) -> str:
    with translation.override("en"), pytest.raises(NotATable) as refusal:
        read(content)
    return refusal.value.detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_each_usual_encoding_is_read(encoding: str) -> None:
    assert read(TEXT.encode(encoding)) == (["Naam", "Voornaam"], [(2, ["Peeters", "Zoë"])])


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_each_usual_separator_is_found(delimiter: str) -> None:
    text = TEXT.replace(";", delimiter)
    assert read(text.encode())[1] == [(2, ["Peeters", "Zoë"])]


def test_a_separator_within_quotation_marks_does_not_count() -> None:
    content = b'Naam;Adres\n"Peeters; An";"Markt 1, 2400 Mol"\nClaes;"Hij zei ""ja"""\n'
    assert read(content)[1] == [(2, ["Peeters; An", "Markt 1, 2400 Mol"]), (3, ["Claes", 'Hij zei "ja"'])]


def test_a_line_is_named_by_its_place_in_the_file_also_after_blank_lines_and_line_breaks_in_cells() -> None:
    content = b'sep=;\r\nNaam;Nota\r\n\r\nA;"een\r\ntwee"\r\nB;drie\r\n'
    assert read(content)[1] == [(4, ["A", "een\ntwee"]), (6, ["B", "drie"])]


def test_old_line_ends_are_read() -> None:
    assert read(b"Naam;Voornaam\rPeeters;An\rClaes;Bo\r")[1] == [(2, ["Peeters", "An"]), (3, ["Claes", "Bo"])]


def test_headings_without_a_name_or_with_the_same_one_are_told_apart() -> None:
    headings, rows = read(b"Naam;;Tel;Tel;;\na;b;c;d;;\n")
    assert (len(set(headings)), headings[0], headings[2:]) == (4, "Naam", ["Tel", "Tel (2)"])
    assert rows == [(2, ["a", "b", "c", "d"])]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
        (b"%PDF-1.7 and so on", "no text"),
        (b"a;b\n1;\x00\x00\n", "no text"),
        (b"a;b\n\x81\x8d\x8f;x\n", "no text"),
        (b"Naam\nPeeters\nClaes\n", "one column"),
        (b"sep=#\na#b\n1#2\n", "not known"),
        (b"Naam;Voornaam\n", "no line"),
        (b"Peeters;An;14/03/1997\nClaes;Bo;01/02/1990\n", "headings"),
        (b"an@mail.example;An\nbo@mail.example;Bo\n", "headings"),
        (b'Naam;Nota\nA;x\nB;"niet gesloten\nC;y\n', "line 3"),
        (b"a;b\n" + b"x;" + b"y" * 200_000 + b"\n", "line 2"),
        (b"a;" * 300 + b"b\n" + b"x;" * 300 + b"y\n", "columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, word: str) -> None:
    assert word in refused(content)


def test_lines_that_do_not_fit_are_named() -> None:
    sentence = refused(b"a;b\n1;2\n3\n4;5;6\n7;8;;\n")
    assert "3, 4" in sentence
    assert "5" not in sentence


def test_too_many_lines_are_refused() -> None:
    assert str(MOST_ROWS) in refused(b"a;b\n" + b"1;2\n" * (MOST_ROWS + 1))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    try:
        headings, rows = read(content)
    except NotATable as refusal:
        assert refusal.detail
    else:
        assert len(headings) > 1
        assert all(len(cells) == len(headings) and "\0" not in "".join(cells) for _number, cells in rows)


@given(st.text("ab;,\t|\"'\n\r é0123456789/@.=", max_size=200), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_anything_like_a_table_is_one_or_refused(text: str, encoding: str) -> None:
    try:
        headings, rows = read(text.encode(encoding))
    except NotATable as refusal:
        assert refusal.detail
    else:
        assert rows
        assert len(set(headings)) == len(headings)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(";,\t|"))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([["Naam", "Voornaam", "Nota"], *rows])
    wanted = [[tidy(cell) for cell in row] for row in rows]
    wanted = [row for row in wanted if any(row)]
    try:
        assert [cells for _number, cells in read(file.getvalue().encode())[1]] == wanted
    except NotATable:
        assert not wanted
