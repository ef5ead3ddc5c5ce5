using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Launcher.Processes;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Database;
using Xunit;
using Xunit.Abstractions;

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>
/// One booking whose host is killed at every commit on its way: before it (the step is lost) and
/// after it (the step is kept), until the booking has come to its end. The guest's client does what clients do: it asks again.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string OperatorKey = "operator-key-of-the-tests";

    /// <summary>Commits that the longest-lived host makes on the way of a booking.</summary>
    private const int LongestLife = 4;

    /// <summary>On the way of a cancellation, where more of a host's commits are of what it does besides.</summary>
    private const int LongestLifeOfCancelling = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    private readonly int _port = FreePort.Choose();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private TestDatabase _database = null!;
    private SandboxServers _sandbox = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _sandbox = await SandboxServers.StartAsync(new()
        {
            HostConnect = new() { Url = "http://127.0.0.1:0" },
            Stripe = new() { Url = "http://127.0.0.1:0" },
            MercadoPago = new() { Url = "http://127.0.0.1:0" },
            SendGrid = new() { Url = "http://127.0.0.1:0" },
            Webhooks = new() { FirstRetryAfter = TimeSpan.FromMilliseconds(50), LongestRetryPause = TimeSpan.FromMilliseconds(200), MaxAttempts = 5_000 },
        });
        _sandbox.SendWebhooksTo(null, new(Api, "webhooks/stripe"), new(Api, "webhooks/mercadopago"));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sandbox.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("card", false, "confirmed")]
    [InlineData("pix", true, "cancelled")]
    public async Task A_booking_whose_host_is_killed_at_every_commit_ends_as_if_it_had_not_been(string method, bool hostRefuses, string outcome)
    {
        var stay = await LoadCityAsync();
        if (hostRefuses)
        {
            using var refuse = await _client.PostAsJsonAsync(new Uri(_sandbox.HostConnect, "/control/bookings/refuse"), new { count = 100 });
            Assert.True(refuse.IsSuccessStatusCode);
        }

        using var done = new CancellationTokenSource(Patience);
        var deaths = KeepDyingAsync(done.Token);
        var (intentId, _) = await BookAsync(stay, method, done.Token);
        await UntilAsync(intentId, outcome, done.Token);
        await done.CancelAsync();
        output.WriteLine($"{method}, {outcome}: killed {await deaths} times");

        // Whatever the last death left open is finished by a host that lives.
        using (var alive = Start("never"))
        {
            await ReadyAsync(alive);
            await SettledAsync();
            alive.Kill();
            await alive.WaitForExitAsync();
        }

        Assert.True(await deaths > 8, "the host was hardly ever killed");
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.booking_intents"));
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.payment_attempts"));
        Assert.Equal(hostRefuses ? 0 : 1, await ReadAsync<long>("SELECT count(*) FROM reserve.reservations"));
        Assert.Equal(hostRefuses ? 1 : 0, await ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE status = 'succeeded'"));
        var broken = (await Invariants.CheckAsync(_database.ConnectionString, CancellationToken.None)).Where(r => !r.Holds).ToList();
        Assert.True(broken.Count == 0, string.Join("; ", broken.Select(r => $"{r.Invariant.Name}: {string.Join(", ", r.Sample)}")));
    }

    [Theory]
    [InlineData("card")]
    public async Task A_cancellation_whose_host_is_killed_at_every_commit_ends_as_if_it_had_not_been(string method)
    {
        var stay = await LoadCityAsync();
        Guid intentId;
        string token;
        using (var alive = Start("never"))
        {
            await ReadyAsync(alive);
            using var patience = new CancellationTokenSource(Patience);
            (intentId, token) = await BookAsync(stay, method, patience.Token);
            await UntilAsync(intentId, "confirmed", patience.Token);
            await SettledAsync();
            alive.Kill();
            await alive.WaitForExitAsync();
        }

        var code = await ReadAsync<string>("SELECT confirmation_code FROM reserve.reservations");
        using var done = new CancellationTokenSource(Patience);
        var deaths = KeepDyingAsync(done.Token, LongestLifeOfCancelling);
        await InsistAsync(() => new(HttpMethod.Post, new Uri(Api, $"reservations/{code}/cancel")) { Headers = { Authorization = new("Bearer", token) } }, done.Token);
        while (await ReadAsync<string>("SELECT status FROM reserve.reservations") != "cancelled")
        {
            Assert.False(done.IsCancellationRequested, "the booking is not cancelled");
            await Task.Delay(BetweenTries, CancellationToken.None);
        }

        await done.CancelAsync();
        output.WriteLine($"{method}, cancellation: killed {await deaths} times");
        using (var alive = Start("never"))
        {
            await ReadyAsync(alive);
            await SettledAsync();
            alive.Kill();
            await alive.WaitForExitAsync();
        }

        Assert.True(await deaths > 5, "the host was hardly ever killed");
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.cancellations"));
        Assert.Equal(1, await ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE status = 'succeeded'"));
        Assert.Equal(0, await ReadAsync<long>("SELECT sum(bookings_count) FROM reserve.availability_calendar"));
        var broken = (await Invariants.CheckAsync(_database.ConnectionString, CancellationToken.None)).Where(r => !r.Holds).ToList();
        Assert.True(broken.Count == 0, string.Join("; ", broken.Select(r => $"{r.Invariant.Name}: {string.Join(", ", r.Sample)}")));
    }

    private Uri Api => new($"http://127.0.0.1:{_port}/api/");

    // Starts the host again whenever it has died, killed alternately before and after its next commit.
    private async Task<int> KeepDyingAsync(CancellationToken stop, int longestLife = LongestLife)
    {
        for (var deaths = 0; ; deaths++)
        {
            // At the first commit, at the second, ...: a host that always dies at its first one may never get on.
            using var process = Start(deaths % 2 == 0 ? "before" : "after", 1 + (deaths / 2 % longestLife));
            try
            {
                await process.WaitForExitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
                return deaths;
            }
        }
    }

    private async Task<(Guid IntentId, string Token)> BookAsync(Stay stay, string method, CancellationToken stop)
    {
        var intent = await InsistAsync(
            () => new(HttpMethod.Post, new Uri(Api, "booking-intents"))
            {
                Headers = { { "Idempotency-Key", "one-booking" } },
                Content = JsonContent.Create(new
                {
                    unit_id = stay.UnitId,
                    check_in = stay.CheckIn,
                    check_out = stay.CheckOut,
                    adults = 1,
                    guest = new { email = "ana@example.com", first_name = "Ana", last_name = "Souza" },
                }),
            },
            stop);
        var intentId = intent["booking_intent_id"]!.GetValue<Guid>();
        var token = intent["access_token"]!.GetValue<string>();
        var payment = await InsistAsync(
            () => new(HttpMethod.Post, new Uri(Api, $"booking-intents/{intentId}/payments/{method}")) { Headers = { Authorization = new("Bearer", token) } }, stop);
        var charge = payment["provider_payment_id"]!.GetValue<string>();
        using var paid = method == "pix"
            ? await _client.PostAsJsonAsync(new Uri(_sandbox.MercadoPago, $"/control/pix/{charge}/pay"), new { }, stop)
            : await _client.SendAsync(ConfirmCard(charge, payment["client_secret"]!.GetValue<string>()), stop);
        Assert.Equal(HttpStatusCode.OK, paid.StatusCode);
        return (intentId, token);
    }

    private HttpRequestMessage ConfirmCard(string charge, string clientSecret) => new(HttpMethod.Post, new Uri(_sandbox.Stripe, $"/v1/payment_intents/{charge}/confirm"))
    {
        Headers = { Authorization = new("Bearer", "pk_test_sandbox") },
        Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["client_secret"] = clientSecret, ["payment_method"] = "pm_card_visa" }),
    };

    // A client whose connection breaks, or that is told to come later, asks again.
    private async Task<JsonNode> InsistAsync(Func<HttpRequestMessage> request, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                using var response = await _client.SendAsync(request(), stop);
                var text = await response.Content.ReadAsStringAsync(stop);
                if (response.IsSuccessStatusCode)
                {
                    return JsonNode.Parse(text)!;
                }

                Assert.True((int)response.StatusCode >= 500, $"{response.StatusCode}: {text}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException && !stop.IsCancellationRequested)
            {
                // The host is dead or dying.
            }

            await Task.Delay(BetweenTries, stop);
        }
    }

    private async Task UntilAsync(Guid intentId, string status, CancellationToken stop)
    {
        while (await ReadAsync<string>("SELECT status FROM reserve.booking_intents WHERE id = @intentId", new { intentId }) is var now && now != status)
        {
            Assert.False(stop.IsCancellationRequested, $"intent is {now}, not {status}");
            await Task.Delay(BetweenTries, CancellationToken.None);
        }
    }

    private Task SettledAsync() => Marketplace.EventuallyAsync(
        async () => await ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE processed_at IS NULL AND dead_lettered_at IS NULL") == 0
            && await ReadAsync<long>("SELECT count(*) FROM durable.instances WHERE status IN (0, 6, 7)") == 0,
        () => "something is still open");

    private async Task<Stay> LoadCityAsync()
    {
        using var process = Start("never");
        await ReadyAsync(process);
        using var sync = new HttpRequestMessage(HttpMethod.Post, new Uri(Api, "admin/jobs/sync_city")) { Headers = { { "X-Operator-Key", OperatorKey } } };
        using var accepted = await _client.SendAsync(sync);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await Marketplace.EventuallyAsync(
            async () => await ReadAsync<long>("SELECT count(*) FROM reserve.sync_jobs WHERE job_type = 'availability_sync' AND status = 'completed'") == 1,
            () => "the city is not loaded");
        await SettledAsync();
        process.Kill();
        await process.WaitForExitAsync();
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        return await connection.QueryFirstAsync<Stay>(
            """
            SELECT unit_id, date AS check_in, date + 1 AS check_out
            FROM reserve.availability_calendar
            WHERE is_available AND effective_allotment > 0 AND min_stay = 1 AND NOT closed_to_arrival AND date > current_date + 30
            ORDER BY unit_id, date
            """);
    }

    private Process Start(string strike, int commit = 1)
    {
        var settings = MarketplaceSettings.For(_sandbox, _database.AppConnectionString, OperatorKey);
        settings["Reserve:Http:Url"] = $"http://127.0.0.1:{_port}";
        settings["Reserve:Events:Lease"] = "00:00:00.500";
        settings["Reserve:Events:PollInterval"] = "00:00:00.100";
        settings["Reserve:Booking:HostFailureDecisionTime"] = "00:00:00.500";
        settings["Reserve:Durable:HostLockTimeout"] = "00:00:20";
        var start = new ProcessStartInfo("dotnet", [typeof(KillTests).Assembly.Location, MortalHost.Name, JsonSerializer.Serialize(settings), strike, $"{commit}"])
        {
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private static async Task ReadyAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is var line && line != MortalHost.Ready)
        {
            Assert.NotNull(line);
        }
    }

    private async Task<T> ReadAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }
}
