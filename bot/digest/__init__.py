"""The daily digest: when it is due, what is in it."""
