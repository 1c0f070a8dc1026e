"""From an OpenStreetMap file to an index: extract the elements, describe each as a place, build the tables.

`from_file` runs it all. `extract` reads `element`s; `place` makes Google's JSON of each, with the help of
`place_types`, `address` and `opening_hours`; `build` ranks them by `prominence`, and its `writer` fills the
tables, with the names of the `towns` around.
"""
