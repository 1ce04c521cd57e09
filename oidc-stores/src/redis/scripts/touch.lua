local id, seen_at, idle_until = unpack(ARGV)

local stored = redis.call('HMGET', session(id), 'idle_until', 'ends_at')
if not stored[1] then return 0 end
local idle_end, seen, new = tonumber(stored[1]), tonumber(seen_at), tonumber(idle_until)
if idle_end >= new or idle_end <= seen or tonumber(stored[2]) <= seen then return 0 end
see(id, seen_at, idle_until)
return 1
