"""Two accounts of one story side by side: what both articles say, what only one does."""
