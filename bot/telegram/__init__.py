"""Telegram: updates in, answers out. The only folder, with `bot/app.py`, that imports `telegram`."""

import os

# python-telegram-bot warns at every RetryAfter until durations are asked for as `timedelta`: this does so.
os.environ.setdefault("PTB_TIMEDELTA", "true")
