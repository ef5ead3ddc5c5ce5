namespace ReserveConnect.Launcher.Demo;

/// <summary>Waits for the saga as a guest's page does: by asking.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks for the intent until its status is <paramref name="status"/>.</summary>
    /// <exception cref="LauncherException">It is not within a minute.</exception>
    public static async Task<IntentAnswer> UntilAsync(DemoApi api, Guid intentId, string status, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var last = "unknown";
        try
        {
            while (true)
            {
                var intent = await api.GetAsync<IntentAnswer>($"booking-intents/{intentId}", limit.Token);
                if (intent.Status == status)
                    return intent;
                last = intent.Status;
                await Task.Delay(BetweenQuestions, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LauncherException($"intent {intentId} is '{last}' after {Patience.TotalSeconds:0} s, expected '{status}'");
        }
    }
}
