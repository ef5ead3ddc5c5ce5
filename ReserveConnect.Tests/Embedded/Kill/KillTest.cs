using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
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

namespace ReserveConnect.Tests.Embedded.Kill;

/// <summary>
/// One matter of a guest whose host is killed at every commit on its way: before it (the step is lost) and
/// after it (the step is kept), until the matter has come to its end. The guest's client does what clients do: it asks again.
/// </summary>
public abstract class KillTest : IAsyncLifetime
{
    private protected const string OperatorKey = "operator-key-of-the-tests";

    /// <summary>Commits that the longest-lived host makes at first.</summary>
    private const int LongestLife = 4;

    /// <summary>Deaths after which hosts may live one commit longer: what lives make no headway in is passed by longer ones.</summary>
    private const int DeathsPerLongerLife = 16;

    private protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private protected static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    private readonly int _port = FreePort.Choose();
    private TestDatabase _database = null!;
    private SandboxServers _sandbox = null!;

    /// <summary>Settings of this host that differ from those of the tests.</summary>
    private protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    private protected HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(5) };

    private protected Uri Api => new($"http://127.0.0.1:{_port}/api/");

    private protected Uri HostConnect => _sandbox.HostConnect;

    private protected Uri Stripe => _sandbox.Stripe;

    private protected Uri MercadoPago => _sandbox.MercadoPago;

    private protected string ConnectionString => _database.ConnectionString;

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
        Client.Dispose();
        await _sandbox.DisposeAsync();
        await _database.DisposeAsync();
    }

    // A booking that stands before anything is killed. Returns its guest's token.
    private protected async Task<string> BookUndisturbedAsync(Stay stay, string method)
    {
        using var alive = Start("never");
        await ReadyAsync(alive);
        using var patience = new CancellationTokenSource(Patience);
        var (intentId, token) = await BookAsync(stay, method, patience.Token);
        await UntilAsync(intentId, "confirmed", patience.Token);
        await SettledAsync();
        alive.Kill();
        await alive.WaitForExitAsync();
        return token;
    }

    // Whatever the last death left open is finished by a host that lives.
    private protected async Task FinishAsync()
    {
        using var alive = Start("never");
        await ReadyAsync(alive);
        await SettledAsync();
        alive.Kill();
        await alive.WaitForExitAsync();
    }

    private protected async Task ExpectSoundAsync()
    {
        var broken = (await Invariants.CheckAsync(_database.ConnectionString, CancellationToken.None)).Where(r => !r.Holds).ToList();
        Assert.True(broken.Count == 0, string.Join("; ", broken.Select(r => $"{r.Invariant.Name}: {string.Join(", ", r.Sample)}")));
    }

    // Starts the host again whenever it has died, killed alternately before and after its next commit.
    private protected async Task<int> KeepDyingAsync(CancellationToken stop, int longestLife = LongestLife)
    {
        for (var deaths = 0; ; deaths++)
        {
            // At the first commit, at the second, ...: a host that always dies at its first one may never get on.
            using var process = Start(deaths % 2 == 0 ? "before" : "after", 1 + (deaths / 2 % (longestLife + (deaths / DeathsPerLongerLife))));
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

    private protected async Task<(Guid IntentId, string Token)> BookAsync(Stay stay, string method, CancellationToken stop)
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
        await PayAsync(intentId, method, token, stop);
        return (intentId, token);
    }

    private protected async Task PayAsync(Guid intentId, string method, string token, CancellationToken stop)
    {
        var payment = await InsistAsync(
            () => new(HttpMethod.Post, new Uri(Api, $"booking-intents/{intentId}/payments/{method}")) { Headers = { Authorization = new("Bearer", token) } }, stop);
        var charge = payment["provider_payment_id"]!.GetValue<string>();
        using var paid = method == "pix"
            ? await Client.PostAsJsonAsync(new Uri(_sandbox.MercadoPago, $"/control/pix/{charge}/pay"), new { }, stop)
            : await Client.SendAsync(ConfirmCard(charge, payment["client_secret"]!.GetValue<string>()), stop);
        Assert.Equal(HttpStatusCode.OK, paid.StatusCode);
    }

    private HttpRequestMessage ConfirmCard(string charge, string clientSecret) => new(HttpMethod.Post, new Uri(_sandbox.Stripe, $"/v1/payment_intents/{charge}/confirm"))
    {
        Headers = { Authorization = new("Bearer", "pk_test_sandbox") },
        Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["client_secret"] = clientSecret, ["payment_method"] = "pm_card_visa" }),
    };

    /// <summary>What an operator's program does by the clock.</summary>
    private protected Task<JsonNode> RunJobAsync(string name, CancellationToken stop) =>
        InsistAsync(() => new(HttpMethod.Post, new Uri(Api, $"admin/jobs/{name}")) { Headers = { { "X-Operator-Key", OperatorKey } } }, stop);

    // A client whose connection breaks, or that is told to come later, asks again.
    private protected async Task<JsonNode> InsistAsync(Func<HttpRequestMessage> request, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                using var response = await Client.SendAsync(request(), stop);
                var text = await response.Content.ReadAsStringAsync(stop);
                if (response.IsSuccessStatusCode)
                {
                    return JsonNode.Parse(text)!;
                }

                Assert.True((int)response.StatusCode >= 500, $"{response.StatusCode}: {text}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or SocketException && !stop.IsCancellationRequested)
            {
                // The host is dead or dying.
            }

            await Task.Delay(BetweenTries, stop);
        }
    }

    private protected async Task UntilAsync(Guid intentId, string status, CancellationToken stop)
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

    private protected async Task<Stay> LoadCityAsync()
    {
        using var process = Start("never");
        await ReadyAsync(process);
        using var sync = new HttpRequestMessage(HttpMethod.Post, new Uri(Api, "admin/jobs/sync_city")) { Headers = { { "X-Operator-Key", OperatorKey } } };
        using var accepted = await Client.SendAsync(sync);
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

    private protected Process Start(string strike, int commit = 1)
    {
        var settings = MarketplaceSettings.For(_sandbox, _database.AppConnectionString, OperatorKey);
        settings["Reserve:Http:Url"] = $"http://127.0.0.1:{_port}";
        // Longer than a host that has just started needs for an event: one that is taken twice in one life spends two of its commits.
        settings["Reserve:Events:Lease"] = "00:00:01.500";
        settings["Reserve:Events:PollInterval"] = "00:00:00.100";
        // An event that fails comes again within a life or two: lives that only wait prove nothing, and neither do lives whose few
        // commits are all notes of the same failure.
        settings["Reserve:Events:FirstBackoff"] = "00:00:00.300";
        settings["Reserve:Events:MaxBackoff"] = "00:00:01";
        settings["Reserve:Booking:HostFailureDecisionTime"] = "00:00:00.500";
        settings["Reserve:Durable:HostLockTimeout"] = "00:00:20";
        // Nobody searches, and what is only read from the rows cannot be lost.
        settings["Reserve:Search:Index"] = "Off";
        foreach (var (key, value) in Settings)
        {
            settings[key] = value;
        }

        var start = new ProcessStartInfo("dotnet", [typeof(KillTest).Assembly.Location, MortalHost.Name, JsonSerializer.Serialize(settings), strike, $"{commit}"])
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

    private protected async Task<T> ReadAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }
}
