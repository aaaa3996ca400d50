"""How quick Fysicure is, and at what size: see README.md in this folder."""
