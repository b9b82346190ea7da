"""Everything that lives in Redis: keys, connection and what is stored under them."""
