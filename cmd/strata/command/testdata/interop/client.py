"""A second implementation of the wire protocol, to prove that the first keeps to it.

Written from docs/protocol.md alone; it shares no code with the Go packages and needs nothing but
Python's standard library.

    client.py exchange HOST:PORT DIFFICULTY   two peers trade transactions and blocks with a node
    client.py listen HOST:PORT DIFFICULTY     one peer follows a node that mines

The node is fresh, and does not mine for `exchange`. Each step prints one line; the exit status is
0 if all went as the protocol has it.
"""

import hashlib
import os
import socket
import struct
import sys
import time

import ed25519

REGULAR, REQUEST, RESPONSE = 0, 1, 2
GENESIS = "0:0:%s:%s" % ("0" * 64, "0" * 64)
PATIENCE = 20  # seconds to wait for a message


def hash_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Connection:
    """Layers 1 and 2: frames (NET-1) and messages (MSG-1)."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), PATIENCE)
        self.buffer = b""
        self.ids = 0

    def send(self, type, id, kind, payload):
        message = struct.pack(">BI", type, id) + kind.encode() + b"\0" + payload
        self.socket.sendall(struct.pack(">I", len(message)) + message)

    def receive(self, deadline):
        """The next message: type, id, kind and payload. After a timeout it can be asked for again."""
        self.fill(4, deadline)
        size = struct.unpack(">I", self.buffer[:4])[0]
        self.fill(4 + size, deadline)
        message, self.buffer = self.buffer[4 : 4 + size], self.buffer[4 + size :]
        type, id = struct.unpack(">BI", message[:5])
        kind, payload = message[5:].split(b"\0", 1)
        return type, id, kind.decode(), payload

    def fill(self, size, deadline):
        while len(self.buffer) < size:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError("the node closed the connection")
            self.buffer += piece

    def request(self, kind, payload):
        self.ids += 1
        self.send(REQUEST, self.ids, kind, payload)
        while True:
            type, id, _, reply = self.receive(time.monotonic() + PATIENCE)
            if type == RESPONSE and id == self.ids:
                return reply


class Peer(Connection):
    """Layers 3 and 4: a peer of the node, with gossip and search."""

    def __init__(self, address):
        super().__init__(address)
        # A peer is known by where it listens, so it does listen.
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.name = "127.0.0.1:%d" % self.listener.getsockname()[1]
        reply = self.request("p2p:hello", self.name.encode())
        check(reply[:1] == b"\x01", "the hello of %s is accepted, the list is %r" % (self.name, reply[1:].decode()))

    def gossip(self, kind, payload):
        self.send(REGULAR, 0, "gossip:" + kind, os.urandom(16) + payload)

    def expect(self, kind):
        """The payload of the next message of a kind; others are passed over."""
        deadline = time.monotonic() + PATIENCE
        while True:
            type, _, got, payload = self.receive(deadline)
            if type == REGULAR and got == kind:
                return payload

    def expect_gossip(self, kind):
        return self.expect("gossip:" + kind)[16:]

    def search_block(self, hash):
        """Asks for the block until the node has it: it may still be busy with its execution."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            id = os.urandom(16)
            self.gossip("search:block", id + bytes.fromhex(hash))
            try:
                while True:
                    type, _, kind, payload = self.receive(time.monotonic() + 1)
                    if type == REGULAR and kind == "search_response:block" and payload[:16] == id:
                        return payload[16:].decode()
            except TimeoutError:
                continue
        raise TimeoutError("no answer to the search for block " + hash)


def transaction(seed, recipient, nonce, amount):
    text = "%s,%s,%d,%d" % (ed25519.public_key(seed).hex(), recipient.hex(), nonce, amount)
    return text + "," + ed25519.sign(seed, text.encode()).hex()


def mine(number, parent, coinbase, transactions, difficulty):
    for nonce in range(1 << 64):
        text = ":".join(["%d:%d:%s:%s" % (number, nonce, parent, coinbase.hex())] + transactions)
        if hash_of(text).startswith("0" * difficulty):
            return text


def exchange(address, difficulty):
    first, second = Peer(address), Peer(address)
    stranger = Connection(address)
    peers = stranger.request("p2p:get_peers", b"").decode()
    check(sorted(peers.split(",")) == sorted([first.name, second.name]), "get_peers answers %r" % peers)

    seed, recipient = os.urandom(32), ed25519.public_key(os.urandom(32))
    me = ed25519.public_key(seed)
    one = mine(1, hash_of(GENESIS), me, [], difficulty)
    first.gossip("bc:new_block", one.encode())
    check(second.expect_gossip("bc:new_block") == one.encode(), "block 1 reaches the other peer")
    check(first.search_block(hash_of(one)) == one, "a search finds block 1")

    spend = transaction(seed, recipient, 0, 2500)
    forged = spend[:-1] + ("0" if spend[-1] != "0" else "1")
    first.gossip("bc:new_tx", forged.encode())
    first.gossip("bc:new_tx", spend.encode())
    check(second.expect_gossip("bc:new_tx") == spend.encode(), "the signed transaction reaches the other peer, the forged one does not")

    two = mine(2, hash_of(one), recipient, [spend], difficulty)
    second.gossip("bc:new_block", two.encode())
    check(first.expect_gossip("bc:new_block") == two.encode(), "block 2 reaches the first peer")
    check(second.search_block(hash_of(two)) == two, "a search finds block 2")
    print("tip 2 %s" % hash_of(two), flush=True)


def listen(address, difficulty):
    peer = Peer(address)
    text = peer.expect_gossip("bc:new_block").decode()
    number = int(text.split(":")[0])
    check(hash_of(text).startswith("0" * difficulty), "the node gossips block %d, which it mined" % number)
    for want in range(number - 1, 0, -1):
        parent = text.split(":")[2]
        text = peer.search_block(parent)
        if hash_of(text) != parent or not text.startswith("%d:" % want):
            check(False, "block %d is the ancestor asked for" % want)
    check(text.split(":")[2] == hash_of(GENESIS), "its ancestry, asked for block by block, ends at the genesis")


def check(holds, what):
    print("%s: %s" % ("ok" if holds else "NOT SO", what), flush=True)
    if not holds:
        sys.exit(1)


if __name__ == "__main__":
    {"exchange": exchange, "listen": listen}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
