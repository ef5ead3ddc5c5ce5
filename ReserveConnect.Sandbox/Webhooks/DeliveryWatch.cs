namespace ReserveConnect.Sandbox.Webhooks;

/// <summary>Follows the webhooks with a text that were delivered, from when it is made.</summary>
internal sealed class DeliveryWatch
{
    private readonly Lock _gate = new();
    private readonly List<Webhook> _delivered = [];
    private readonly List<(DateTimeOffset Since, TaskCompletionSource Came)> _waits = [];

    /// <summary>Waits for one that was caused at an instant or later.</summary>
    /// <returns>Whether one came within the time, which is real time.</returns>
    public async Task<bool> CameAsync(DateTimeOffset since, TimeSpan most)
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_delivered.Exists(webhook => webhook.CreatedAt >= since))
                return true;
            _waits.Add((since, came));
        }

        return await Task.WhenAny(came.Task, Task.Delay(most, TimeProvider.System)) == came.Task;
    }

    internal void Add(Webhook webhook)
    {
        lock (_gate)
        {
            _delivered.Add(webhook);
            foreach (var (_, came) in _waits.Where(wait => webhook.CreatedAt >= wait.Since))
                came.TrySetResult();
        }
    }
}
