namespace ReserveConnect.Launcher.Processes;

/// <summary>Waits for a child that serves HTTP.</summary>
internal static class Readiness
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    /// <summary>Asks <paramref name="question"/> until an answer is what it should be.</summary>
    /// <param name="child">Who is to answer.</param>
    /// <param name="question">Address of a GET.</param>
    /// <param name="isReady">What the answer must be.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LauncherException">The child ended, or was not ready in time: with its last lines.</exception>
    public static async Task UntilAsync(this Child child, Uri question, Func<HttpResponseMessage, bool> isReady, TimeSpan patience, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = AnswerPatience };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        while (!await IsReadyAsync(http, question, isReady, limit.Token))
        {
            if (child.Exited.IsCompleted)
                throw new LauncherException(child.Report($"ended with exit code {await child.Exited} before it was ready"));
            if (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
                throw new LauncherException(child.Report($"was not ready after {patience.TotalSeconds:0} s"));
            cancellation.ThrowIfCancellationRequested();
            await Task.WhenAny(child.Exited, Task.Delay(BetweenQuestions, CancellationToken.None));
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri question, Func<HttpResponseMessage, bool> isReady, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(question, cancellation);
            return isReady(answer);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
