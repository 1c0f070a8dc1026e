"""Benchmarks of the stack against baselines measured in the same run: `python -m bench`."""
