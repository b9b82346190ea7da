"""Prompts as files, loaded by name and versioned by content hash."""
