"""FHIR R4 (4.0.1) over HTTP, to read and to search: nothing is written here (docs/fhir.md).

    urls → views → asked (what is asked) → kinds (what a type can be asked) → finding (rows, in pages) → bundles
                       access (who looked) stands before anything is made of a row

What a row becomes is the affair of the modules of fysicure.fhir.
"""
