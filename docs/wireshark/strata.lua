-- Wireshark dissector of Strata's wire format (docs/protocol.md): frames, messages, gossip ids,
-- transactions, blocks, and the words of ledger members (electives 7 to 9), put together across TCP segments.
--
-- Use it for once:   wireshark -X lua_script:docs/wireshark/strata.lua run.pcapng
-- Install it:        copy it to the folder "Personal Lua Plugins" (Help, About Wireshark, Folders)
--
-- Connections are known by their first message, or by their port: see the protocol's preferences.

local strata = Proto("strata", "Strata")

strata.prefs.ports = Pref.range("TCP ports", "4000,7001-7099", "Ports on which nodes listen, in addition to what is recognised", 65535)

local MAX_FRAME = 1024 * 1024
local HEADER = 4 -- length
local types = { [0] = "regular", [1] = "request", [2] = "response" }

local f = {
  length = ProtoField.uint32("strata.length", "Length", base.DEC, nil, nil, "bytes that follow (NET-1)"),
  type = ProtoField.uint8("strata.type", "Type", base.DEC, types),
  id = ProtoField.uint32("strata.id", "Id", base.DEC),
  kind = ProtoField.string("strata.kind", "Kind"),
  answers = ProtoField.string("strata.answers", "Answers", base.UNICODE, "kind of the request with this id"),
  payload = ProtoField.bytes("strata.payload", "Payload"),
  text = ProtoField.string("strata.text", "Text"),
  gossip = ProtoField.bytes("strata.gossip.id", "Gossip id"),
  search = ProtoField.bytes("strata.search.id", "Search id"),
  accepted = ProtoField.bool("strata.hello.accepted", "Accepted"),
  peers = ProtoField.string("strata.peers", "Peers"),
  tx = ProtoField.string("strata.tx", "Transaction"),
  sender = ProtoField.string("strata.tx.sender", "Sender"),
  recipient = ProtoField.string("strata.tx.recipient", "Recipient"),
  tx_nonce = ProtoField.uint64("strata.tx.nonce", "Nonce", base.DEC),
  amount = ProtoField.uint64("strata.tx.amount", "Amount", base.DEC),
  signature = ProtoField.string("strata.tx.signature", "Signature"),
  block = ProtoField.string("strata.block", "Block"),
  number = ProtoField.uint64("strata.block.number", "Number", base.DEC),
  nonce = ProtoField.uint64("strata.block.nonce", "Nonce", base.DEC),
  parent = ProtoField.string("strata.block.parent", "Parent"),
  coinbase = ProtoField.string("strata.block.coinbase", "Coinbase"),
  count = ProtoField.uint32("strata.block.transactions", "Transactions", base.DEC),
  member = ProtoField.uint8("strata.ldr.member", "Member", base.DEC, nil, nil, "who says it (LDR-1)"),
  view = ProtoField.uint64("strata.ldr.view", "View", base.DEC),
  height = ProtoField.uint64("strata.ldr.height", "Height", base.DEC),
  hash = ProtoField.bytes("strata.ldr.hash", "Hash"),
  val_height = ProtoField.uint64("strata.val.height", "Height", base.DEC),
  block_hash = ProtoField.bytes("strata.val.hash", "Block", base.NONE, "zeros: nil"),
  round = ProtoField.uint32("strata.val.round", "Round", base.DEC),
  signer = ProtoField.bytes("strata.val.key", "Key", base.NONE, "who says it (VAL-6)"),
  account = ProtoField.bytes("strata.lat.account", "Account", base.NONE, "whose chain it is (LAT-1)"),
  previous = ProtoField.bytes("strata.lat.previous", "Previous", base.NONE, "zeros: it opens the account"),
  representative = ProtoField.bytes("strata.lat.representative", "Representative"),
  balance = ProtoField.bytes("strata.lat.balance", "Balance", base.NONE, "after the block, in raw"),
  link = ProtoField.bytes("strata.lat.link", "Link", base.NONE, "recipient of a send, send of a receive"),
  work = ProtoField.uint64("strata.lat.work", "Work", base.HEX),
  time = ProtoField.uint64("strata.lat.time", "Time", base.DEC, nil, nil, "in ms; all ones: for good (LAT-6)"),
  final = ProtoField.bool("strata.lat.final", "For good"),
  voted = ProtoField.bytes("strata.lat.hash", "Votes for"),
  cemented = ProtoField.uint64("strata.lat.cemented", "Cemented blocks", base.DEC),
  lat_height = ProtoField.uint64("strata.lat.height", "Height", base.DEC),
  places = ProtoField.uint8("strata.lat.places", "Places", base.DEC, nil, nil, "whose votes are asked for (LAT-8)"),
  commit = ProtoField.uint64("strata.ldr.commit", "Committed", base.DEC),
  last_normal = ProtoField.uint64("strata.ldr.last_normal", "Last normal view", base.DEC),
  word_number = ProtoField.uint64("strata.ldr.number", "Number", base.DEC),
}
strata.fields = f

local malformed = ProtoExpert.new("strata.malformed", "Not a message of layer 2 (MSG-10)", expert.group.UNDECODED, expert.severity.NOTE)
strata.experts = { malformed }

local tcp_stream = Field.new("tcp.stream")

-- asked holds the kinds of requests by connection, asking port and id: a response has no kind.
local asked = {}
function strata.init() asked = {} end

local function request_key(port, id)
  return string.format("%s/%d/%d", tostring(tcp_stream()), port, id)
end

-- fields_of cuts a range of text at a separator, into parts of { text, range }.
local function fields_of(range, separator)
  local text, parts, from = range:string(), {}, 1
  while true do
    local at = text:find(separator, from, true)
    local last = at and at - 1 or #text
    local part = { text = text:sub(from, last) }
    if last >= from then part.range = range(from - 1, last - from + 1) end
    parts[#parts + 1] = part
    if not at then return parts end
    from = at + 1
  end
end

local function add_text(tree, field, part)
  if part and part.range then tree:add(field, part.range, part.text) end
end

-- to_number reads decimal digits as an unsigned number of 64 bits.
local function to_number(text)
  local n = UInt64.new(0)
  for digit in text:gmatch("%d") do n = n * 10 + tonumber(digit) end
  return n
end

local function add_number(tree, field, part)
  if part and part.range and part.text:match("^%d+$") and #part.text <= 20 then tree:add(field, part.range, to_number(part.text)) end
end

local function short(text) return text:sub(1, 8) .. ".." end

-- transaction: sender,recipient,nonce,amount,signature
local function transaction(range, tree)
  local parts = fields_of(range, ",")
  if #parts ~= 5 then return nil end
  local sub = tree:add(f.tx, range, short(parts[1].text) .. " pays " .. short(parts[2].text) .. " " .. parts[4].text)
  add_text(sub, f.sender, parts[1])
  add_text(sub, f.recipient, parts[2])
  add_number(sub, f.tx_nonce, parts[3])
  add_number(sub, f.amount, parts[4])
  add_text(sub, f.signature, parts[5])
  return string.format("%s pays %s %s, nonce %s", short(parts[1].text), short(parts[2].text), parts[4].text, parts[3].text)
end

-- block: number:nonce:parent:coinbase[:transaction]...
local function block(range, tree)
  local parts = fields_of(range, ":")
  if #parts < 4 then return nil end
  local sub = tree:add(f.block, range, "number " .. parts[1].text)
  add_number(sub, f.number, parts[1])
  add_number(sub, f.nonce, parts[2])
  add_text(sub, f.parent, parts[3])
  add_text(sub, f.coinbase, parts[4])
  sub:add(f.count, #parts - 4):set_generated()
  for i = 5, #parts do
    if parts[i].range then transaction(parts[i].range, sub) end
  end
  return string.format("block %s on %s, %d transactions", parts[1].text, short(parts[3].text), #parts - 4)
end

-- id_and_rest takes the 16 bytes of an id off a range; the rest may be nil.
local function id_and_rest(range, tree, field)
  tree:add(field, range(0, 16))
  local rest = range:len() > 16 and range(16, range:len() - 16) or nil
  return tostring(range(0, 4):bytes()):lower() .. "..", rest
end

-- words are the fields of what members of the ledger leader say: after the member, 8 bytes each, and hashes of 32
-- (ledgers/leader/words.go).
local words = {
  ack = { "view", "height", "hash" },
  wish = { "view", "word_number" },
  change = { "view", "last_normal", "height", "commit", "hash" },
  begin = { "view", "height", "hash" },
  beat = { "view", "word_number", "commit" },
  here = { "view", "word_number" },
}

-- listed adds the fields from an offset on, and says them in a few words.
local function listed(names, range, from, tree)
  local said = {}
  for _, name in ipairs(names) do
    local size = name == "hash" and 32 or 8
    if range:len() < from + size then return nil end
    tree:add(f[name], range(from, size))
    if name ~= "hash" then
      said[#said + 1] = name:gsub("word_", "") .. " " .. tostring(range(from, 8):uint64())
    end
    from = from + size
  end
  return table.concat(said, " ")
end

-- leader dissects a message of elective 7: kind is what follows `ldr:`.
local function leader(kind, range, tree)
  kind = kind:gsub("%.again$", "")
  if kind == "at" then return listed({ "view", "last_normal", "height", "hash", "commit" }, range, 0, tree) end
  if kind == "block" then
    if range:len() < 80 then return nil end
    tree:add(f.height, range(0, 8))
    tree:add(f.hash, range(8, 32)):set_text("Parent: " .. tostring(range(8, 32):bytes()):lower())
    tree:add(f.view, range(40, 8))
    return "view " .. tostring(range(40, 8):uint64()) .. " height " .. tostring(range(0, 8):uint64())
  end
  local names = words[kind]
  if not names or range:len() < 1 then return nil end
  tree:add(f.member, range(0, 1))
  local said = listed(names, range, 1, tree)
  return said and "member " .. range(0, 1):uint() .. " " .. said
end

-- validators dissects a message of elective 8: kind is what follows `val:` (ledgers/validators/words.go). A proposal has
-- its word behind a length, and then its block.
local function validators(kind, range, tree)
  kind = kind:gsub("%.again$", "")
  local from, kinds = 0, { proposal = 1, prevote = 2, precommit = 3 }
  if kind == "state" then
    if range:len() < 45 then return nil end
    tree:add(f.val_height, range(0, 8))
    tree:add(f.block_hash, range(8, 32))
    tree:add(f.round, range(40, 4))
    return "height " .. tostring(range(0, 8):uint64()) .. " round " .. range(40, 4):uint()
  end
  if not kinds[kind] then return nil end
  if kind == "proposal" then from = 4 end
  if range:len() < from + 145 or range(from, 1):uint() ~= kinds[kind] then return nil end
  tree:add(f.val_height, range(from + 1, 8))
  tree:add(f.round, range(from + 9, 4))
  tree:add(f.block_hash, range(from + 13, 32))
  tree:add(f.signer, range(from + 49, 32))
  return "height " .. tostring(range(from + 1, 8):uint64()) .. " round " .. range(from + 9, 4):uint()
end

-- lattice_block dissects a block of elective 9, 216 bytes (ledgers/lattice/block.go).
local function lattice_block(range, tree)
  if range:len() ~= 216 then return nil end
  tree:add(f.account, range(0, 32))
  tree:add(f.previous, range(32, 32))
  tree:add(f.representative, range(64, 32))
  tree:add(f.balance, range(96, 16))
  tree:add(f.link, range(112, 32))
  tree:add_le(f.work, range(144, 8))
  return "account " .. tostring(range(0, 4):bytes()):lower() .. ".. on " .. tostring(range(32, 4):bytes()):lower() .. ".."
end

-- lattice_vote dissects a vote for up to 12 blocks (ledgers/lattice/vote.go).
local function lattice_vote(range, tree)
  if range:len() < 105 or range:len() ~= 105 + 32 * range(104, 1):uint() then return nil end
  local final = tostring(range(96, 8):bytes()):lower() == string.rep("f", 16)
  tree:add(f.representative, range(0, 32))
  tree:add_le(f.time, range(96, 8))
  tree:add(f.final, final):set_generated()
  for i = 0, range(104, 1):uint() - 1 do tree:add(f.voted, range(105 + 32 * i, 32)) end
  return tostring(range(0, 4):bytes()):lower() .. ".. for " .. range(104, 1):uint() .. (final and ", for good" or "")
end

-- lattice dissects a message of elective 9: kind is what follows `lat:` (ledgers/lattice/wire.go).
local function lattice(kind, range, tree)
  kind = kind:gsub("%.again$", "")
  if kind == "block" then return lattice_block(range, tree) end
  if kind == "vote" then return lattice_vote(range, tree) end
  if kind == "at" and range:len() == 80 then
    tree:add(f.cemented, range(0, 8))
    return tostring(range(0, 8):uint64()) .. " cemented"
  end
  if kind == "ask_votes" then
    tree:add(f.places, range(0, 1))
    return "for " .. range(0, 1):uint() .. " places"
  end
  if kind == "frontiers" and range:len() == 32 then tree:add(f.account, range) end
  if kind == "pull" and range:len() == 40 then
    tree:add(f.account, range(0, 32))
    tree:add(f.lat_height, range(32, 8))
    return "from height " .. tostring(range(32, 8):uint64())
  end
  return nil
end

local function gossip(kind, range, tree)
  if range:len() < 16 then return nil end
  local id, rest = id_and_rest(range, tree, f.gossip)
  local said = "id " .. id
  if kind:find("^search:") and rest and rest:len() >= 16 then
    id, rest = id_and_rest(rest, tree, f.search)
    return said .. " search " .. id
  end
  local more
  if rest and kind == "bc:new_tx" then more = transaction(rest, tree) end
  if rest and kind == "bc:new_block" then more = block(rest, tree) end
  if rest and kind:find("^ldr:") then more = leader(kind:sub(5), rest, tree) end
  if rest and kind:find("^val:") then more = validators(kind:sub(5), rest, tree) end
  if rest and kind:find("^lat:") then more = lattice(kind:sub(5), rest, tree) end
  return more and said .. " " .. more or said
end

local function hello_answer(range, tree)
  local yes = range(0, 1):uint() == 1
  tree:add(f.accepted, range(0, 1), yes)
  if range:len() > 1 then tree:add(f.peers, range(1, range:len() - 1)) end
  return yes and "accepted" or "rejected"
end

-- payload dissects what a message carries, and says so in a few words.
local function payload(kind, kind_type, range, tree)
  tree:add(f.payload, range)
  local inner = kind:match("^gossip:(.*)")
  if inner and kind_type == 0 then return gossip(inner, range, tree) end
  if kind:find("^ldr:") and kind_type == 0 then return leader(kind:sub(5), range, tree) end
  if kind:find("^val:") and kind_type == 0 then return validators(kind:sub(5), range, tree) end
  if kind:find("^lat:") and kind_type ~= 2 then return lattice(kind:sub(5), range, tree) end
  if kind:find("^search_response:") and range:len() >= 16 then
    local id, rest = id_and_rest(range, tree, f.search)
    local more = rest and kind == "search_response:block" and block(rest, tree)
    return more and id .. " " .. more or id
  end
  if kind_type == 2 and kind == "p2p:hello" then return hello_answer(range, tree) end
  if kind_type == 2 and kind == "p2p:get_peers" then tree:add(f.peers, range) return nil end
  if kind_type == 1 and kind == "p2p:hello" then tree:add(f.text, range) return range:string() end
  return nil
end

local function append_info(pinfo, text)
  if text then pinfo.cols.info:append(text) end
end

local function message(range, pinfo, tree)
  local size = range:len()
  local kind_type = range(0, 1):uint()
  local kind_end = nil
  for i = 5, size - 1 do
    if range(i, 1):uint() == 0 then kind_end = i break end
  end
  if kind_type > 2 or not kind_end then
    tree:add_proto_expert_info(malformed)
    return append_info(pinfo, " [not a message]")
  end
  tree:add(f.type, range(0, 1))
  tree:add(f.id, range(1, 4))
  local id = range(1, 4):uint()
  local kind = kind_end > 5 and range(5, kind_end - 5):string() or ""
  if kind_end > 5 then tree:add(f.kind, range(5, kind_end - 5)) end
  if kind_type == 1 and not pinfo.visited then asked[request_key(pinfo.src_port, id)] = kind end
  if kind_type == 2 then
    kind = asked[request_key(pinfo.dst_port, id)] or ""
    if kind ~= "" then tree:add(f.answers, kind):set_generated() end
  end
  append_info(pinfo, string.format(" %s %s", kind, types[kind_type]) .. (kind_type == 0 and "" or " " .. id))
  if size > kind_end + 1 then
    local said = payload(kind, kind_type, range(kind_end + 1, size - kind_end - 1), tree)
    if said then append_info(pinfo, " (" .. said .. ")") end
  end
end

local function frame(tvb, pinfo, tree)
  pinfo.cols.protocol = "STRATA"
  local sub = tree:add(strata, tvb())
  sub:add(f.length, tvb(0, HEADER))
  local size = tvb(0, HEADER):uint()
  sub:append_text(string.format(", %d bytes", size))
  if size < 6 then
    if size > 0 then sub:add_proto_expert_info(malformed) end
    append_info(pinfo, string.format(" [frame of %d bytes]", size))
  else
    message(tvb(HEADER, size), pinfo, sub)
  end
  return tvb:len()
end

local function frame_size(tvb, _, offset)
  local size = tvb(offset, HEADER):uint()
  if size > MAX_FRAME then return tvb:len() - offset end -- NET-4: nothing of it can be read
  return HEADER + size
end

function strata.dissector(tvb, pinfo, tree)
  if tvb:len() == 0 then return 0 end
  pinfo.cols.info = ""
  dissect_tcp_pdus(tvb, tree, HEADER, frame_size, frame)
  return tvb:len()
end

-- looks_like recognises a connection by the first message on it.
local function looks_like(tvb, pinfo, tree)
  if tvb:len() < 10 then return false end
  local size, kind_type = tvb(0, 4):uint(), tvb(4, 1):uint()
  if size < 6 or size > MAX_FRAME or kind_type > 1 then return false end
  local letter = tvb(9, 1):uint()
  if letter < 0x61 or letter > 0x7a then return false end
  pinfo.conversation = strata
  strata.dissector(tvb, pinfo, tree)
  return true
end

strata:register_heuristic("tcp", looks_like)

local ports = DissectorTable.get("tcp.port")
local registered = strata.prefs.ports
ports:add(registered, strata)

function strata.prefs_changed()
  if registered == strata.prefs.ports then return end
  ports:remove(registered, strata)
  registered = strata.prefs.ports
  ports:add(registered, strata)
end
