//! The scripts. They use nothing but `redis.call` and Lua's own functions, which Upstash has too,
//! and every key they touch is named among their keys.

/// Applies commands, if a value is what the caller expects, and a lock still is the caller's.
///
/// Keys: the compared one, the list of a staged write, the lock, then every key the commands touch.
/// Arguments: `always`, `absent` or `equals`; the expected value; `here` or `staged`; the owner of
/// the lock, or nothing where no lock matters; then, when they are here, the commands: each is the
/// count of its words, followed by them. Answers 1 when it applied them, 0 when it did not, and 2
/// when something has changed that they were made from.
///
/// Three of them are no commands of Redis: `SAME`, which stands before all others, goes on only if a
/// value is as it was; `TRIM` keeps the largest of a sorted set and drops the
/// others from it, from a hash, and from two more hashes whose fields are `<id>:…`; `RAISE` sets a
/// number unless it is larger already.
pub(super) const APPLY: &str = r"
if ARGV[1] ~= 'always' then
  local found = redis.call('GET', KEYS[1])
  if ARGV[1] == 'absent' and found then return 0 end
  if ARGV[1] == 'equals' and found ~= ARGV[2] then return 0 end
end
if ARGV[4] ~= '' then
  local lock = redis.call('GET', KEYS[3])
  if not lock or string.match(lock, '^%S+ (.*)$') ~= ARGV[4] then return 0 end
end
local words, at = ARGV, 5
if ARGV[3] == 'staged' then
  words, at = redis.call('LRANGE', KEYS[2], 0, -1), 1
  if #words == 0 then return redis.error_reply('ERR the staged write is gone') end
  redis.call('DEL', KEYS[2])
end
while at <= #words do
  local last = at + tonumber(words[at])
  if words[at + 1] == 'TRIM' then
    local sorted, hash, parts, counts = words[at + 2], words[at + 3], words[at + 4], words[at + 5]
    local kept = words[at + 6]
    local dropped, any = {}, false
    for _, id in ipairs(redis.call('ZREVRANGE', sorted, kept, -1)) do
      redis.call('ZREM', sorted, id)
      redis.call('HDEL', hash, id)
      dropped[id], any = true, true
    end
    for _, field in ipairs(any and redis.call('HKEYS', parts) or {}) do
      if dropped[string.match(field, '^%d+')] then
        redis.call('HDEL', parts, field)
        redis.call('HDEL', counts, field)
      end
    end
  elseif words[at + 1] == 'SAME' then
    if (redis.call('GET', words[at + 2]) or '') ~= words[at + 3] then return 2 end
  elseif words[at + 1] == 'RAISE' then
    local found = tonumber(redis.call('GET', words[at + 2]) or '0') or 0
    if found < tonumber(words[at + 3]) then redis.call('SET', words[at + 2], words[at + 3]) end
  else
    redis.call(unpack(words, at + 1, last))
  end
  at = last + 1
end
return 1";

/// Reads values one after the other for as long as they fit into an answer; the first always does.
///
/// Keys: the values. Argument: the bytes of an answer.
pub(super) const READ_KEYS: &str = r"
local values, room = {}, tonumber(ARGV[1])
for at, key in ipairs(KEYS) do
  local value = redis.call('GET', key)
  room = room - (value and #value or 0) - 8
  if room < 0 and at > 1 then break end
  values[at] = value
end
return values";

/// Reads fields of a hash likewise. Key: the hash. Arguments: the bytes, then the fields.
pub(super) const READ_FIELDS: &str = r"
local values, room = {}, tonumber(ARGV[1])
for at = 2, #ARGV do
  local value = redis.call('HGET', KEYS[1], ARGV[at])
  room = room - (value and #value or 0) - 8
  if room < 0 and at > 2 then break end
  values[at - 1] = value
end
return values";

/// Takes a lock or renews it. Key: the lock. Arguments: the owner, the time, the lease in
/// milliseconds. Answers nothing, or what the lock of somebody else says.
///
/// The server measures the lease, so that the machines' clocks need not agree.
pub(super) const LOCK: &str = r"
local found = redis.call('GET', KEYS[1])
if not found then
  redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. ARGV[1], 'NX', 'PX', ARGV[3])
  return false
end
if string.match(found, '^%S+ (.*)$') ~= ARGV[1] then return found end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return false";

/// Renews a lock, if it is the owner's. Key: the lock. Arguments: the owner, the lease in
/// milliseconds. Answers 1 when it did.
pub(super) const RENEW: &str = r"
local found = redis.call('GET', KEYS[1])
if not found or string.match(found, '^%S+ (.*)$') ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1";

/// Gives a lock back. Key: the lock. Argument: the owner.
pub(super) const UNLOCK: &str = r"
local found = redis.call('GET', KEYS[1])
if found and string.match(found, '^%S+ (.*)$') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1";

/// Gives the next run its number, larger than all before and than all runs that are kept. Keys:
/// the last number, the runs by number.
pub(super) const NEXT_RUN: &str = r"
local last = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
local kept = redis.call('ZREVRANGE', KEYS[2], 0, 0)[1]
if kept and tonumber(kept) > last then last = tonumber(kept) end
redis.call('SET', KEYS[1], string.format('%.0f', last + 1))
return last + 1";

/// Puts log lines with their ids into an empty log. Keys: the lines, the last id. Arguments: the
/// largest id, then the lines, the newest first.
pub(super) const RESTORE_LOGS: &str = r"
for at = 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[at]) end
redis.call('SET', KEYS[2], ARGV[1])
return 1";

/// Appends log lines under new ids and keeps the newest. Keys: the lines, the last id. Arguments:
/// how many are kept, then the lines.
pub(super) const APPEND_LOGS: &str = r"
for at = 2, #ARGV do
  local id = redis.call('INCR', KEYS[2])
  redis.call('LPUSH', KEYS[1], string.format('%.0f', id) .. ' ' .. ARGV[at])
end
redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[1]) - 1)
return 1";
