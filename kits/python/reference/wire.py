"""The wire formats that the layers share: addresses, peer lists, transactions and blocks."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass, field

from . import errors

MAX_UINT64 = 2**64 - 1
MAX_LIST = 256 << 10  # bytes of a peer list that we write

_HOST = re.compile(r"[A-Za-z0-9._:%-]{1,253}\Z")
_PORT = re.compile(r"[1-9][0-9]{0,4}\Z")
_DECIMAL = re.compile(rb"(0|[1-9][0-9]{0,19})\Z")


def parse_addr(text: bytes) -> str:
    """Reads one address, host:port. Raises network.ErrBadAddr."""
    bad = errors.BAD_ADDR.with_text(f"bad address {text[:300]!r}")
    try:
        addr = text.decode("ascii")
    except UnicodeDecodeError:
        raise bad from None
    host, colon, port = addr.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host or "[" in host or "]" in host:
        raise bad
    if not colon or not _HOST.match(host) or not _PORT.match(port) or int(port) > 65535:
        raise bad
    try:
        if ipaddress.ip_address(host.partition("%")[0]).is_unspecified:
            raise bad
    except ValueError:
        pass  # a name
    return addr


def join_peers(peers: list[str]) -> bytes:
    """A peer list, without the addresses that would make it too long."""
    joined = b""
    for peer in peers:
        more = joined + (b"," if joined else b"") + peer.encode()
        if len(more) > MAX_LIST:
            break
        joined = more
    return joined


def split_peers(data: bytes, most: int) -> list[str]:
    """The addresses of a peer list; looks at the first ones only, and skips what is malformed (P2P-13)."""
    peers = []
    for text in data.split(b",", most)[:most] if data else []:
        try:
            peers.append(parse_addr(text))
        except errors.StrataError:
            pass
    return peers


def check_kind(kind: str) -> None:
    """Raises messaging.ErrBadKind for a kind that MSG-2 does not allow."""
    if not 1 <= len(kind.encode()) <= 255 or "\0" in kind:
        raise errors.BAD_KIND.with_text(f"bad kind {kind[:300]!r}")


def _number(text: bytes, error: errors.StrataError) -> int:
    if not _DECIMAL.match(text) or int(text) > MAX_UINT64:
        raise error.with_text("not a canonical decimal of 0 to 2^64-1")
    return int(text)


def _hex(text: bytes, size: int, error: errors.StrataError) -> str:
    if not re.fullmatch(rb"[0-9a-f]{%d}" % (2 * size), text):
        raise error.with_text(f"want {2 * size} lower-case hex digits")
    return text.decode()


@dataclass(frozen=True)
class Transaction:
    """Moves amount from sender to recipient. Keys and signature are lower-case hex."""

    sender: str
    recipient: str
    nonce: int
    amount: int
    signature: str

    def text(self) -> str:
        """The canonical text (CHN-1)."""
        return f"{self.sender},{self.recipient},{self.nonce},{self.amount},{self.signature}"

    def id(self) -> str:
        return hashlib.sha256(self.text().encode()).hexdigest()

    @staticmethod
    def parse(text: bytes) -> Transaction:
        """Reads a text that is canonical to the last byte. Raises mempool.ErrMalformed."""
        bad = errors.TRANSACTION_MALFORMED
        parts = text.split(b",") if len(text) <= 400 else []
        if len(parts) != 5:
            raise bad.with_text("malformed transaction")
        return Transaction(_hex(parts[0], 32, bad), _hex(parts[1], 32, bad), _number(parts[2], bad),
                           _number(parts[3], bad), _hex(parts[4], 64, bad))


@dataclass
class Block:
    number: int
    nonce: int
    parent: str
    coinbase: str
    transactions: list[Transaction] = field(default_factory=list)

    def text(self) -> str:
        """The canonical text (CHN-1)."""
        head = f"{self.number}:{self.nonce}:{self.parent}:{self.coinbase}"
        return ":".join([head, *(tx.text() for tx in self.transactions)])

    def hash(self) -> str:
        return hashlib.sha256(self.text().encode()).hexdigest()

    @staticmethod
    def parse(text: bytes) -> Block:
        """Reads a text that is canonical to the last byte. Raises chain.ErrMalformed."""
        bad = errors.BLOCK_MALFORMED
        parts = text.split(b":")
        if len(parts) < 4:
            raise bad.with_text("malformed block")
        return Block(_number(parts[0], bad), _number(parts[1], bad), _hex(parts[2], 32, bad),
                     _hex(parts[3], 32, bad), [Transaction.parse(part) for part in parts[4:]])
