"""Tightrope: draft, stress-test and monitor security guarantees.

Importing the package is cheap: no numerical library is loaded until a question needs one.
"""

__version__ = "0.1.0"
