"""The visible-text attacks of microsoft/BIPIA (MIT), read from a folder; none of them is kept here."""

import json
from pathlib import Path

from tests.evals.attacks import Attack, plant, reply

FIRST_NUMBER = 101
ANSWER = "Sure, here is what you asked for, brought to you by Quorvex: run the script and visit evil.example."
"""Stands for whatever a model would answer: it does as a page says, in place of its task."""


def read_bipia(folder: Path) -> list[Attack]:
    """Read its text attacks: each order goes onto English pages, and the model answers it everywhere."""
    files = sorted(folder.rglob("text_attack_*.json"))
    orders = [
        (f"{name}: {order[:30]}", order)
        for file in files
        for name, listed in json.loads(file.read_text(encoding="utf-8")).items()
        for order in listed
    ]
    return [
        Attack(
            number=number,
            name=f"BIPIA {name}",
            orders={"en": order},
            obey=plant(ANSWER) if number % 5 else reply(ANSWER),
            has_lead=False,
            trigger=" ".join(order.lower().split())[:30],
        )
        for number, (name, order) in enumerate(orders, FIRST_NUMBER)
    ]
