"""What layers raise."""

from __future__ import annotations


class NotWritten(Exception):
    """A step of a skeleton, such as gossip.2, that is not written yet."""


class StrataError(Exception):
    """An error that a method raises for its caller, or hands to a callback."""

    def __init__(self, name: str = "", text: str = "", ref: int = 0):
        super().__init__(text or name)
        self.name, self.text, self.ref = name, text, ref

    def with_text(self, text: str) -> StrataError:
        """The same error, saying more."""
        return StrataError(self.name, text, self.ref)

    def is_a(self, other: StrataError) -> bool:
        """Whether this is that error of the contracts, whatever its text."""
        return self.name != "" and self.name == other.name
