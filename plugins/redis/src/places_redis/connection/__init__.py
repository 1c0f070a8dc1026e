"""How the server is reached, and reached again."""
