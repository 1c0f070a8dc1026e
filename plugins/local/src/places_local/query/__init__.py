"""From a query to the ids of places in the index, best first.

`search` answers what `parser` made of a text, page by page (`paging`); `nearby` and `autocomplete` answer the
other two searches, and `open_now` filters by the opening hours.
"""
