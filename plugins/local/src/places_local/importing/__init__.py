"""From an OpenStreetMap file to an index: extract the elements, turn each into a place, write the tables.

`from_file` runs all of it. `extract` reads each `element`; `place` turns it into Google's JSON, with the help
of `place_types`, `address` and `opening_hours`; `build` sorts the places by `prominence`; and `writer` fills
the tables, adding the names of the `towns` around.
"""
