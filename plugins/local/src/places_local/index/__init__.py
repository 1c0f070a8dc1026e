"""The index, one SQLite file: its `schema`, how values are encoded in it, and its `reader`.

`reader_thread` keeps the reading out of the event loop, and `work_limit` puts an end to it.
Texts are compared after `normalize`, areas (`geometry`) are looked up by the codes of `zorder`, and `codec`
compresses the JSON of each place.
"""
