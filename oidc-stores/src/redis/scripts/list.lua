local index = prefix .. ARGV[1]

local sessions = {}
for _, id in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    local stored =
        redis.call('HMGET', session(id), 'signed_in_at', 'seen_at', 'idle_until', 'ends_at')
    if stored[1] then
        table.insert(sessions, {id, unpack(stored)})
    else
        redis.call('ZREM', index, id)
    end
end
return sessions
