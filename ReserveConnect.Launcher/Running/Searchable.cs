using System.Text.Json;

namespace ReserveConnect.Launcher.Running;

/// <summary>
/// Waits until what was loaded can be found: the search answers from an index that follows the database within seconds.
/// </summary>
internal static class Searchable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(250);

    // Somewhere in a year a city has a stay of two nights for two.
    private static readonly int[] DaysAhead = [7, 30, 60, 120, 240];

    /// <summary>Searches <paramref name="city"/> until something is found. A city that has nothing to sell is told and left.</summary>
    public static async Task WaitAsync(HttpClient http, string city, TimeSpan clockOffset, Action<string> say, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            while (!await FindsAsync(http, city, clockOffset, limit.Token))
                await Task.Delay(BetweenQuestions, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            say($"{city} is loaded, and a search finds nothing to sell in it");
        }
    }

    private static async Task<bool> FindsAsync(HttpClient http, string city, TimeSpan clockOffset, CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime((TimeProvider.System.GetUtcNow() + clockOffset).UtcDateTime);
        foreach (var days in DaysAhead)
        {
            var checkIn = today.AddDays(days);
            var answer = await http.GetStringAsync(
                $"api/search?city={Uri.EscapeDataString(city)}&check_in={checkIn:yyyy-MM-dd}&check_out={checkIn.AddDays(2):yyyy-MM-dd}&limit=1",
                cancellation);
            using var json = JsonDocument.Parse(answer);
            if (json.RootElement.GetProperty("total_count").GetInt32() > 0)
                return true;
        }

        return false;
    }
}
