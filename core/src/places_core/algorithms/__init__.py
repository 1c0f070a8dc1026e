"""The arithmetic of resilience, without I/O: rates, rate limits, fair queues, circuits, eviction."""
