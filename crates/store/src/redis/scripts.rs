//! The scripts. They use nothing but `redis.call` and Lua's own functions, which Upstash has too,
//! and every key they touch is named among their keys.
//!
//! Each runs its commands by `call`, which counts them, see [`super::command::Command::script`]. What
//! can be one command with many arguments is one; a thousand of them at most, as Lua's stack has a
//! bound.

/// Applies commands, if a value is what the caller expects, and a lock still is the caller's.
///
/// Keys: the compared one, the list of a staged write, the lock, then every key the commands touch.
/// Arguments: `always`, `absent` or `equals`; the expected value; `here` or `staged`; the owner of
/// the lock, or nothing where no lock matters; then, when they are here, the commands: each is the
/// count of its words, followed by them. Answers 1 when it applied them, 0 when it did not, 2 when
/// something has changed that they were made from, and 3 when the account is gone that they are of.
///
/// Six of them are no commands of Redis: `SAME` and `GONE`, which stand before all others, go on only if a
/// value is as it was, and if a hash has no such field; `RUN` puts a value into a hash and, when its id is new there, the id into a
/// sorted set, keeps the largest of that and drops the others from it, from the hash, and from two
/// more hashes whose fields are `<id>:…`; `RAISE` sets a number unless it is larger already; `DROP` removes a value unless it is
/// this one; `NEWEST` keeps the last of the members of a sorted set that lie between two, by their text.
pub(super) const APPLY: &str = r"
local function drop(command, key, names)
  for from = 1, #names, 1000 do
    call(command, key, unpack(names, from, math.min(from + 999, #names)))
  end
end
if ARGV[1] ~= 'always' then
  local found = call('GET', KEYS[1])
  if ARGV[1] == 'absent' and found then return 0 end
  if ARGV[1] == 'equals' and found ~= ARGV[2] then return 0 end
end
if ARGV[4] ~= '' then
  local lock = call('GET', KEYS[3])
  if not lock or string.match(lock, '^%S+ (.*)$') ~= ARGV[4] then return 0 end
end
local words, at = ARGV, 5
if ARGV[3] == 'staged' then
  words, at = call('LRANGE', KEYS[2], 0, -1), 1
  if #words == 0 then return redis.error_reply('ERR the staged write is gone') end
  call('DEL', KEYS[2])
end
while at <= #words do
  local last = at + tonumber(words[at])
  if words[at + 1] == 'RUN' then
    local sorted, hash, parts, counts = words[at + 2], words[at + 3], words[at + 4], words[at + 5]
    local kept, id = words[at + 6], words[at + 7]
    local old = {}
    if call('HSET', hash, id, words[at + 8]) == 1 then
      call('ZADD', sorted, id, id)
      old = call('ZREVRANGE', sorted, kept, -1)
    end
    local dropped, fields = {}, {}
    for _, id in ipairs(old) do dropped[id] = true end
    for _, field in ipairs(#old > 0 and call('HKEYS', parts) or {}) do
      if dropped[string.match(field, '^%d+')] then fields[#fields + 1] = field end
    end
    drop('ZREM', sorted, old)
    drop('HDEL', hash, old)
    drop('HDEL', parts, fields)
    drop('HDEL', counts, fields)
  elseif words[at + 1] == 'SAME' then
    if (call('GET', words[at + 2]) or '') ~= words[at + 3] then return 2 end
  elseif words[at + 1] == 'GONE' then
    if call('HEXISTS', words[at + 2], words[at + 3]) == 1 then return 3 end
  elseif words[at + 1] == 'DROP' then
    local found = call('GET', words[at + 2])
    if found and found ~= words[at + 3] then call('DEL', words[at + 2]) end
  elseif words[at + 1] == 'NEWEST' then
    local key = words[at + 2]
    drop('ZREM', key, call('ZREVRANGEBYLEX', key, words[at + 4], words[at + 3], 'LIMIT', words[at + 5], -1))
  elseif words[at + 1] == 'RAISE' then
    local found = tonumber(call('GET', words[at + 2]) or '0') or 0
    if found < tonumber(words[at + 3]) then call('SET', words[at + 2], words[at + 3]) end
  else
    call(unpack(words, at + 1, last))
  end
  at = last + 1
end
return 1";

/// Reads values for as long as they fit into an answer; the first always does. They are read many at
/// once: at first a hundred, and then as many as fit if they are as large as those before.
///
/// Keys: the values. Argument: the bytes of an answer.
pub(super) const READ_KEYS: &str = r"
local values, most = {}, tonumber(ARGV[1])
local room, many, at = most, 100, 1
while at <= #KEYS and room > 0 do
  local last = math.min(at + many - 1, #KEYS)
  for place, value in ipairs(call('MGET', unpack(KEYS, at, last))) do
    room = room - (value and #value or 0) - 8
    if room < 0 and at + place > 2 then return values end
    values[at + place - 1] = value
  end
  many = math.max(1, math.min(1000, math.floor(room * last / (most - room))))
  at = last + 1
end
return values";

/// Reads fields of a hash likewise. Key: the hash. Arguments: the bytes, then the fields.
pub(super) const READ_FIELDS: &str = r"
local values, most = {}, tonumber(ARGV[1])
local room, many, at = most, 100, 1
while at < #ARGV and room > 0 do
  local last = math.min(at + many - 1, #ARGV - 1)
  for place, value in ipairs(call('HMGET', KEYS[1], unpack(ARGV, at + 1, last + 1))) do
    room = room - (value and #value or 0) - 8
    if room < 0 and at + place > 2 then return values end
    values[at + place - 1] = value
  end
  many = math.max(1, math.min(1000, math.floor(room * last / (most - room))))
  at = last + 1
end
return values";

/// Changes documents together. Keys: the set of the collections, then a hash each. Arguments: how many
/// hashes, their names, then steps of four: `absent`, `is`, `put` or `remove`, which key, which field,
/// the value. Answers 1 when it took the steps and 0 when one found something else.
pub(super) const COMMIT: &str = r"
local hashes = tonumber(ARGV[1])
for at = hashes + 2, #ARGV, 4 do
  local found = call('HGET', KEYS[tonumber(ARGV[at + 1])], ARGV[at + 2])
  if ARGV[at] == 'absent' and found then return 0 end
  if ARGV[at] == 'is' and found ~= ARGV[at + 3] then return 0 end
end
for at = hashes + 2, #ARGV, 4 do
  local hash = KEYS[tonumber(ARGV[at + 1])]
  if ARGV[at] == 'put' then call('HSET', hash, ARGV[at + 2], ARGV[at + 3]) end
  if ARGV[at] == 'remove' then call('HDEL', hash, ARGV[at + 2]) end
end
for at = 1, hashes do
  local change = call('EXISTS', KEYS[at + 1]) == 1 and 'SADD' or 'SREM'
  call(change, KEYS[1], ARGV[at + 1])
end
return 1";

/// Takes a lock or renews it. Key: the lock. Arguments: the owner, the time, the lease in
/// milliseconds. Answers nothing, or what the lock of somebody else says.
///
/// The server measures the lease, so that the machines' clocks need not agree.
pub(super) const LOCK: &str = r"
local lock = ARGV[2] .. ' ' .. ARGV[1]
if call('SET', KEYS[1], lock, 'NX', 'PX', ARGV[3]) then return false end
local found = call('GET', KEYS[1])
if string.match(found, '^%S+ (.*)$') ~= ARGV[1] then return found end
call('PEXPIRE', KEYS[1], ARGV[3])
return false";

/// Renews a lock, if it is the owner's. Key: the lock. Arguments: the owner, the lease in
/// milliseconds. Answers 1 when it did.
pub(super) const RENEW: &str = r"
local found = call('GET', KEYS[1])
if not found or string.match(found, '^%S+ (.*)$') ~= ARGV[1] then return 0 end
call('PEXPIRE', KEYS[1], ARGV[2])
return 1";

/// Gives a lock back. Key: the lock. Argument: the owner.
pub(super) const UNLOCK: &str = r"
local found = call('GET', KEYS[1])
if found and string.match(found, '^%S+ (.*)$') == ARGV[1] then call('DEL', KEYS[1]) end
return 1";

/// Gives the next run its number, larger than all before and than all runs that are kept. Keys:
/// the last number, the runs by number.
pub(super) const NEXT_RUN: &str = r"
local is_number, number = pcall(call, 'INCR', KEYS[1])
local kept = tonumber(call('ZREVRANGE', KEYS[2], 0, 0)[1] or '0') or 0
if is_number and number > kept then return number end
call('SET', KEYS[1], string.format('%.0f', kept + 1))
return kept + 1";

/// Puts log lines with their ids into an empty log. Keys: the lines, the last id. Arguments: the
/// largest id, then the lines, the newest first.
pub(super) const RESTORE_LOGS: &str = r"
for from = 2, #ARGV, 1000 do
  call('RPUSH', KEYS[1], unpack(ARGV, from, math.min(from + 999, #ARGV)))
end
call('SET', KEYS[2], ARGV[1])
return 1";

/// Appends log lines under new ids and keeps the newest. Keys: the lines, the last id. Arguments:
/// how many are kept, then the lines.
pub(super) const APPEND_LOGS: &str = r"
if #ARGV < 2 then return 1 end
local before, lines, length = call('INCRBY', KEYS[2], #ARGV - 1) - #ARGV + 1, {}, 0
for at = 2, #ARGV do
  lines[at - 1] = string.format('%.0f', before + at - 1) .. ' ' .. ARGV[at]
end
for from = 1, #lines, 1000 do
  length = call('LPUSH', KEYS[1], unpack(lines, from, math.min(from + 999, #lines)))
end
if length > tonumber(ARGV[1]) then call('LTRIM', KEYS[1], 0, tonumber(ARGV[1]) - 1) end
return 1";

/// Keeps answers and drops those that were fetched first, where they are too many. Keys: the answers,
/// the questions by when they were answered. Arguments: how many are kept, then for each the time in
/// milliseconds, the question and the answer.
pub(super) const PUT_ANSWERS: &str = r"
for at = 2, #ARGV, 3 do
  call('ZADD', KEYS[2], ARGV[at], ARGV[at + 1])
  call('HSET', KEYS[1], ARGV[at + 1], ARGV[at + 2])
end
local old = call('ZREVRANGE', KEYS[2], ARGV[1], -1)
for from = 1, #old, 1000 do
  local last = math.min(from + 999, #old)
  call('ZREM', KEYS[2], unpack(old, from, last))
  call('HDEL', KEYS[1], unpack(old, from, last))
end
return 1";
