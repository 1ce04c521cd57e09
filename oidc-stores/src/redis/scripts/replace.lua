local id, expected, version, payload, seen_at, idle_until, release = unpack(ARGV)

local stored = redis.call('HMGET', session(id), 'version', 'lease_by')
if not stored[1] then return 'gone' end
if stored[1] ~= expected then return 'changed' end
redis.call('HSET', session(id), 'version', version, 'payload', payload)
see(id, seen_at, idle_until)
if stored[2] == release then redis.call('HDEL', session(id), 'lease_by', 'lease_until') end
return 'swapped'
