"""Telling other programs that something changed: what happened to which object, never what stands in it."""
