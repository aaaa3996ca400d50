"""Taking over the data of another program from a file: read, choose columns, check, run, and undo.

    reading.start ─▶ columns.set_columns ─▶ steps.ask_to_check ─▶ (checking) ─▶ checked
                                            steps.ask_to_run   ─▶ (running)  ─▶ done
                                            steps.ask_to_undo  ─▶ (undoing)  ─▶ undone

A step is asked by a person and done by a job (`steps.carry_on`), in chunks that are each whole: a job that died is
taken up where it was. What a kind of import makes of a line stands in one class (`kinds.ImportKind`), named by the
setting DATA_IMPORTS.
"""
