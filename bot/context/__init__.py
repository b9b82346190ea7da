"""What the article does not say, from sources that a reader can open."""
