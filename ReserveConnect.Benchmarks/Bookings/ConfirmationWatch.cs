using System.Collections.Concurrent;
using Dapper;
using Npgsql;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>
/// Tells every guest when the booking stands, by one query for all of them: a hundred pages that poll the API would be
/// measured with it.
/// </summary>
internal sealed class ConfirmationWatch(string connectionString) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _waiting = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins to look.</summary>
    public void Start() => _loop = Task.Run(LookAsync);

    /// <summary>Returns once the intent is confirmed.</summary>
    /// <exception cref="TimeoutException">It is not within <paramref name="patience"/>.</exception>
    public Task UntilConfirmedAsync(Guid intentId, TimeSpan patience, CancellationToken cancellation)
    {
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[intentId] = confirmed;
        return confirmed.Task.WaitAsync(patience, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task LookAsync()
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(_stopping.Token);
        while (!_stopping.IsCancellationRequested)
        {
            var ids = _waiting.Keys.ToArray();
            var confirmed = ids.Length == 0 ? [] : await connection.QueryAsync<Guid>(
                "SELECT id FROM reserve.booking_intents WHERE id = ANY(@ids) AND status = 'confirmed'", new { ids });
            foreach (var id in confirmed)
            {
                if (_waiting.TryRemove(id, out var guest))
                    guest.SetResult();
            }

            await Task.Delay(BetweenLooks, _stopping.Token);
        }
    }
}
