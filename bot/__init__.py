"""Sayso: a Telegram bot that says on whose say-so a news article's assertions stand."""
