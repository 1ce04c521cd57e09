local id, owner, seconds = unpack(ARGV)

local stored = redis.call('HMGET', session(id), 'subject', 'lease_by', 'lease_until')
if not stored[1] then return false end
local now = milliseconds()
if stored[2] and stored[2] ~= owner and tonumber(stored[3]) > now then return 0 end
redis.call('HSET', session(id), 'lease_by', owner,
    'lease_until', string.format('%.0f', now + seconds * 1000))
return redis.call('HMGET', session(id), 'subject', 'provider_session', 'issued_at',
    'signed_in_at', 'seen_at', 'idle_until', 'ends_at', 'version', 'payload')
