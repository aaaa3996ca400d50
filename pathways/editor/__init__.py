"""Edits of a pathway's document: each takes a document and gives a new one; nothing here is stored."""
