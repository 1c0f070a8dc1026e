"""The six tools: what they take, and what they answer."""
