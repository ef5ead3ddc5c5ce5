namespace ReserveConnect.Launcher.Demo;

/// <summary>Waits for the saga as a guest's page does: by asking.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks for the intent until its status is <paramref name="status"/>.</summary>
    /// <exception cref="LauncherException">It is not within a minute.</exception>
    public static Task<IntentAnswer> UntilAsync(DemoApi api, Guid intentId, string status, CancellationToken cancellation) =>
        UntilAsync(token => api.GetAsync<IntentAnswer>($"booking-intents/{intentId}", token), intent => intent.Status, status, $"intent {intentId}", cancellation);

    /// <summary>Asks until the answer has a status.</summary>
    /// <exception cref="LauncherException">It has not within a minute.</exception>
    public static async Task<T> UntilAsync<T>(
        Func<CancellationToken, Task<T>> ask, Func<T, string> statusOf, string status, string what, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var last = "unknown";
        try
        {
            while (true)
            {
                var answer = await ask(limit.Token);
                last = statusOf(answer);
                if (last == status)
                    return answer;
                await Task.Delay(BetweenQuestions, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LauncherException($"{what} is '{last}' after {Patience.TotalSeconds:0} s, expected '{status}'");
        }
    }
}
