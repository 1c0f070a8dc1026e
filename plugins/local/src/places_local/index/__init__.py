"""The index, one SQLite file: its `schema`, how values are encoded in it, and its `reader`.

Texts are compared after `normalize`, areas (`geometry`) are looked up by the codes of `zorder`, and `codec`
compresses the JSON of each place.
"""
