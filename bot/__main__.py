"""`python -m bot` is the command `sayso`."""

from bot.cli import main

if __name__ == "__main__":
    main()
