"""The commands, thin: they read arguments, ask the rooms, and print."""

from tightrope.cli.main import main

__all__ = ["main"]
