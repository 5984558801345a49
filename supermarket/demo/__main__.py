"""``python -m supermarket.demo``."""

from supermarket.demo.commands import main

main()
