using System.Text.Json;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.SocketIO;

/// <summary>
/// The states of recoverable sockets in Redis, each under the client's private id and with the token of the socket that owns it: a socket that was taken over, on this node or another, changes
/// nothing any more.
/// </summary>
internal sealed class RecoveryStore(RedisConnection redis, RedisKeys keys, TimeSpan window)
{
    // The state, its owner and its end in one: a node that dies between two commands would leave a key for ever. KEYS[1] state  ARGV[1] token  ARGV[2] whose it is  ARGV[3] state  ARGV[4] ms to keep
    private const string CreateScript = """
        redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'client', ARGV[2], 'state', ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return 1
        """;

    // Writes only for the owner. KEYS[1] state  ARGV[1] token  ARGV[2] state  ARGV[3] ms to keep
    private const string SaveScript = """
        if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
          redis.call('HSET', KEYS[1], 'state', ARGV[2])
          redis.call('PEXPIRE', KEYS[1], ARGV[3])
          return 1
        end
        return 0
        """;

    // Makes a socket of the same client the owner, and tells it what was kept and who owned it. KEYS[1] state  ARGV[1] token  ARGV[2] ms to keep  ARGV[3] whose it is
    private const string TakeScript = """
        local state = redis.call('HGET', KEYS[1], 'state')
        if not state then
          return {}
        end
        if redis.call('HGET', KEYS[1], 'client') ~= ARGV[3] then
          return {'', ''}
        end
        local owner = redis.call('HGET', KEYS[1], 'owner')
        redis.call('HSET', KEYS[1], 'owner', ARGV[1])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return {state, owner}
        """;

    // Begins the window, for the owner. KEYS[1] state  ARGV[1] token  ARGV[2] ms to keep
    private const string LeaveScript = """
        if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
          redis.call('PEXPIRE', KEYS[1], ARGV[2])
          return 1
        end
        return 0
        """;

    // Ends it, for the owner. KEYS[1] state  ARGV[1] token
    private const string DeleteScript = """
        if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
          redis.call('DEL', KEYS[1])
          return 1
        end
        return 0
        """;

    // Longer than the window by what may lie between two renewals, so that a node that was killed costs its clients none of it.
    private readonly long _keepMs = (long)(window.TotalMilliseconds * 4 / 3);

    /// <summary>How often a connected socket's state is renewed.</summary>
    public TimeSpan RenewInterval { get; } = window / 3;

    public Task CreateAsync(string id, string token, string client, RecoveryState state) =>
        redis.Database.ScriptEvaluateAsync(CreateScript, [keys.SocketIORecovery(id)], [token, client, Format(state), _keepMs]);

    /// <summary>False when another socket has taken it over.</summary>
    public async Task<bool> SaveAsync(string id, string token, RecoveryState state) =>
        (int)await redis.Database.ScriptEvaluateAsync(SaveScript, [keys.SocketIORecovery(id)], [token, Format(state), _keepMs]).ConfigureAwait(false) == 1;

    /// <summary>Takes over what was kept; null for nothing. The token of who owned it is given, as it may be connected still.</summary>
    /// <param name="id">The private id.</param>
    /// <param name="token">Who owns it from now on.</param>
    /// <param name="client">Who asks. For another than the one it was made for nothing changes.</param>
    public async Task<TakenState> TakeAsync(string id, string token, string client)
    {
        var reply = (RedisValue[]?)await redis.Database.ScriptEvaluateAsync(TakeScript, [keys.SocketIORecovery(id)], [token, _keepMs, client]).ConfigureAwait(false);
        return reply is not [var state, var owner] ? default
            : state.IsNullOrEmpty ? new TakenState(null, null, IsForbidden: true)
            : new TakenState(JsonSerializer.Deserialize<RecoveryState>((string)state!, JsonSerializerOptions.Web), owner, IsForbidden: false);
    }

    public Task RenewAsync(IEnumerable<string> ids) =>
        Task.WhenAll(ids.Select(id => redis.Database.KeyExpireAsync(keys.SocketIORecovery(id), TimeSpan.FromMilliseconds(_keepMs))));

    /// <summary>Begins the window, for the owner.</summary>
    public Task LeaveAsync(string id, string token) =>
        redis.Database.ScriptEvaluateAsync(LeaveScript, [keys.SocketIORecovery(id)], [token, (long)window.TotalMilliseconds]);

    public Task DeleteAsync(string id, string token) => redis.Database.ScriptEvaluateAsync(DeleteScript, [keys.SocketIORecovery(id)], [token]);

    private static string Format(RecoveryState state) => JsonSerializer.Serialize(state, JsonSerializerOptions.Web);
}

/// <summary>What was kept; nothing when it is gone, or is somebody else's.</summary>
internal readonly record struct TakenState(RecoveryState? State, string? Owner, bool IsForbidden);
