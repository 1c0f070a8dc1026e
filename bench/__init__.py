"""How fast the product is, beside the floor or the rival, in the same run: `python -m bench`."""
