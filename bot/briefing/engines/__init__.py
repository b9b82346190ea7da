"""What writes drafts: a model, or rules."""
