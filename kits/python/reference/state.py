"""The accounts, as the chain layer changes them."""

from __future__ import annotations

from typing import Any


class State:
    """The accounts after a block. What is written waits for flush, so that a fork costs nothing."""

    def __init__(self, accounts: Any, number: int, block: str):
        self.number, self.hash = number, block
        self._accounts, self._began = accounts, number
        self._written: dict[str, tuple[int, int]] = {}

    def account(self, key: str) -> tuple[int, int]:
        """Balance and nonce; zeros for a key that was never touched."""
        return self._written.get(key) or self._accounts.account(key)

    def set_account(self, key: str, balance: int, nonce: int) -> None:
        self._written[key] = balance, nonce

    def advance(self, number: int, block: str) -> None:
        self.number, self.hash = number, block

    def fork(self) -> State:
        """A state that begins as a copy; what is written to it is not seen in this one."""
        return State(self, self.number, self.hash)

    def flush(self) -> None:
        for key, account in self._written.items():
            self._accounts.set_account(key, *account)
        if self.number != self._began:
            self._accounts.advance(self.number, self.hash)
