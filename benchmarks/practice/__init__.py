"""A practice of any size and age, written by COPY into the real tables: the data of all measurements."""
