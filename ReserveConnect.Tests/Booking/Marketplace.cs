using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Documentation;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Booking;

/// <summary>
/// The whole system in this process: the functions on the host they were built for, the three external systems as real HTTP servers, a
/// database of its own, and one clock for all of them that a test may move forward.
/// </summary>
public class Marketplace : IAsyncLifetime
{
    private const string OperatorKey = "operator-key-of-the-tests";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(15);

    /// <summary>How long something is waited for before the clock is moved on once, and by how much.</summary>
    private static readonly TimeSpan Stillness = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Nudge = TimeSpan.FromSeconds(35);

    private TestDatabase? _database;
    private SandboxServers? _sandbox;
    private FunctionsUnderTest? _functions;

    public ShiftedClock Clock { get; } = new();

    public HttpClient Api { get; private set; } = null!;

    public HttpClient Stripe { get; private set; } = null!;

    public HttpClient MercadoPago { get; private set; } = null!;

    public HttpClient Host { get; private set; } = null!;

    public HttpClient Mail { get; private set; } = null!;

    /// <summary>The database as its owner: what tests ask and prepare. The functions work as the app's own login.</summary>
    public string ConnectionString => _database!.ConnectionString;

    /// <summary>The key of <c>X-Operator-Key</c>.</summary>
    public string OperatorsKey => OperatorKey;

    public IServiceProvider Services => _functions!.Services;

    /// <summary>The durable client of the host.</summary>
    public DurableTaskClient Durable => _functions!.Durable;

    /// <summary>Settings of this marketplace that differ from the product's.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    /// <summary>Settings of the external systems, each on a port of its own.</summary>
    protected virtual SandboxOptions SandboxSettings { get; } = new()
    {
        HostConnect = new() { Url = "http://127.0.0.1:0" },
        Stripe = new() { Url = "http://127.0.0.1:0" },
        MercadoPago = new() { Url = "http://127.0.0.1:0" },
        SendGrid = new() { Url = "http://127.0.0.1:0" },
    };

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _sandbox = await SandboxServers.StartAsync(SandboxSettings, Clock);
        Stripe = new() { BaseAddress = _sandbox.Stripe };
        MercadoPago = new() { BaseAddress = _sandbox.MercadoPago };
        Host = new() { BaseAddress = _sandbox.HostConnect };
        Mail = new() { BaseAddress = _sandbox.SendGrid };
        _functions = new(AllSettings(), Clock);
        await StartFunctionsAsync();
        await LoadCityAsync();
    }

    public async Task DisposeAsync()
    {
        Api.Dispose();
        await _functions!.DisposeAsync();
        await _sandbox!.DisposeAsync();
        await _database!.DisposeAsync();
    }

    /// <summary>Stops the functions host as a deployment would, and starts another on the same database.</summary>
    public async Task RestartFunctionsAsync()
    {
        await StopFunctionsAsync();
        await StartFunctionsAsync();
    }

    /// <summary>
    /// A stay for two that nobody has booked, with one room or more in every night; of another property if one is given, and of a unit
    /// that nobody has asked for at all if it is to be untouched.
    /// </summary>
    public async Task<Stay> FreeStayAsync(int nights = 2, int? rooms = null, Guid? notAt = null, bool isUntouched = false)
    {
        await using var connection = await OpenAsync();
        // By chance, and looked at one after the other until one will do.
        return await connection.QueryFirstAsync<Stay>(
            """
            SELECT c.unit_id, c.date AS check_in, c.date + @nights AS check_out
            FROM (
                SELECT *
                FROM reserve.availability_calendar
                WHERE is_available
                  AND date > @today::date + 20
                  AND date < current_date + 300
                ORDER BY hashtextextended(unit_id::text, date - date '2000-01-01')
                OFFSET 0) c
            WHERE NOT c.closed_to_arrival
              AND c.min_stay <= @nights
              AND EXISTS (
                  SELECT 1
                  FROM reserve.unit_map u
                  WHERE u.id = c.unit_id
                    AND u.max_occupancy >= 2
                    AND u.property_id IS DISTINCT FROM @notAt)
              AND @nights = (
                  SELECT count(*)
                  FROM reserve.availability_calendar n
                  WHERE n.unit_id = c.unit_id
                    AND n.date >= c.date
                    AND n.date < c.date + @nights
                    AND n.is_available
                    AND n.bookings_count = 0
                    AND n.temp_holds = 0
                    AND n.effective_allotment > 0
                    AND (@rooms::int IS NULL OR n.allotment = @rooms))
              AND (NOT @isUntouched OR c.unit_id NOT IN (SELECT unit_id FROM reserve.booking_intents))
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.availability_calendar d
                  WHERE d.unit_id = c.unit_id
                    AND d.date = c.date + @nights
                    AND d.closed_to_departure)
              AND NOT EXISTS (
                  SELECT 1
                  FROM reserve.booking_intents i
                  WHERE i.unit_id = c.unit_id
                    AND i.check_in < c.date + @nights + 1
                    AND i.check_out >= c.date)
            LIMIT 1
            """,
            new { nights, rooms, notAt, isUntouched, today = Clock.GetUtcNow().UtcDateTime.Date });
    }

    /// <summary>What the functions host complained about, for the message of a failed assertion.</summary>
    public string Complaints => string.Join('\n', Services.GetServices<ILoggerProvider>().OfType<CapturedLog>().Single().Lines.TakeLast(10).Select(l => $"{l.Level} {l.Category}: {l.Message} {l.Exception?.ToString().Split('\n').Take(3).Aggregate((a, b) => a + b)}"));

    /// <summary>Asks for a hold; with a token as the account that it names.</summary>
    public Task<Answer> AskForHoldAsync(Stay stay, string? idempotencyKey = null, string email = "ana@example.com", string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/booking-intents")
        {
            Content = JsonContent.Create(new
            {
                unit_id = stay.UnitId,
                check_in = stay.CheckIn,
                check_out = stay.CheckOut,
                adults = 1,
                guest = new { email, first_name = "Ana", last_name = "Souza", phone = "+55 48 99999-0000" },
            }),
        };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        return SendAsync(request);
    }

    /// <summary>Takes a hold.</summary>
    public async Task<Held> HoldAsync(Stay stay, string email = "ana@example.com", string? token = null)
    {
        var answer = await AskForHoldAsync(stay, null, email, token);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status}: {answer.Body}\n{Complaints}");
        return new(answer.Body["booking_intent_id"]!.GetValue<Guid>(), stay, answer.Body["total"]!.GetValue<decimal>());
    }

    /// <summary>Begins a payment; <paramref name="method"/> is <c>card</c> or <c>pix</c>.</summary>
    public async Task<JsonNode> BeginPaymentAsync(Held held, string method)
    {
        var answer = await SendAsync(new(HttpMethod.Post, $"/api/booking-intents/{held.IntentId}/payments/{method}"));
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status}: {answer.Body}\n{Complaints}");
        return answer.Body;
    }

    /// <summary>What the guest's browser does at Stripe.</summary>
    public async Task<HttpStatusCode> ConfirmCardAsync(JsonNode payment, string number = "4242424242424242")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_secret"] = payment["client_secret"]!.GetValue<string>(),
            ["payment_method_data[type]"] = "card",
            ["payment_method_data[card][number]"] = number,
            ["payment_method_data[card][exp_month]"] = "12",
            ["payment_method_data[card][exp_year]"] = "2034",
            ["payment_method_data[card][cvc]"] = "123",
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/payment_intents/{payment["provider_payment_id"]!.GetValue<string>()}/confirm")
        {
            Content = form,
        };
        request.Headers.Authorization = new("Bearer", "pk_test_sandbox");
        using var response = await Stripe.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>What the guest's bank does at Mercado Pago.</summary>
    public async Task<HttpStatusCode> PayPixAsync(JsonNode payment, decimal? amount = null)
    {
        using var response = await MercadoPago.PostAsJsonAsync(
            $"/control/pix/{payment["provider_payment_id"]!.GetValue<string>()}/pay", new { amount });
        return response.StatusCode;
    }

    /// <summary>Holds a stay and pays it by card; the saga has not necessarily run when this returns.</summary>
    public async Task<Held> PayByCardAsync(Stay stay)
    {
        var held = await HoldAsync(stay);
        Assert.Equal(HttpStatusCode.OK, await ConfirmCardAsync(await BeginPaymentAsync(held, "card")));
        return held;
    }

    /// <summary>What the Host says of the intent's booking: its status, or <c>none</c>.</summary>
    public async Task<string> HostStatusAsync(Guid intentId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/bookings/by-key/{intentId}");
        request.Headers.Authorization = new("Bearer", "hc_sandbox_key");
        using var response = await Host.SendAsync(request);
        return response.StatusCode == HttpStatusCode.NotFound
            ? "none"
            : JsonNode.Parse(await response.Content.ReadAsStringAsync())!["status"]!.GetValue<string>();
    }

    /// <summary>What the providers have of the intent's money: received less given back, in BRL, over all its charges.</summary>
    public async Task<decimal> MoneyAtProvidersAsync(Guid intentId)
    {
        await using var connection = await OpenAsync();
        var charges = await connection.QueryAsync<(string Provider, string Id)>(
            """
            SELECT provider, provider_payment_intent_id
            FROM reserve.payment_attempts
            WHERE booking_intent_id = @intentId
              AND provider_payment_intent_id IS NOT NULL
            """,
            new { intentId });
        var total = 0m;
        foreach (var (provider, id) in charges)
        {
            total += provider == "stripe" ? await AtStripeAsync(id) : await AtMercadoPagoAsync(id);
        }

        return total;
    }

    private async Task<decimal> AtStripeAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/payment_intents/{id}?expand[]=latest_charge");
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        using var response = await Stripe.SendAsync(request);
        var intent = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var received = intent["amount_received"]!.GetValue<long>();
        // What was reserved and let go counts as refunded on the charge, and was never received.
        var refunded = intent["latest_charge"]?["amount_refunded"]?.GetValue<long>() ?? 0;
        return received == 0 ? 0m : (received - refunded) / 100m;
    }

    private async Task<decimal> AtMercadoPagoAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/payments/{id}");
        request.Headers.Authorization = new("Bearer", "TEST-sandbox-access-token");
        using var response = await MercadoPago.SendAsync(request);
        var payment = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return payment["status"]!.GetValue<string>() is "approved" or "refunded"
            ? payment["transaction_amount"]!.GetValue<decimal>() - payment["transaction_amount_refunded"]!.GetValue<decimal>()
            : 0m;
    }

    /// <summary>Waits until the intent is in one of the states.</summary>
    public async Task<string> UntilAsync(Guid intentId, params string[] statuses)
    {
        var status = "";
        var story = "";
        var (waited, isNudged) = (System.Diagnostics.Stopwatch.StartNew(), false);
        await EventuallyAsync(
            async () =>
            {
                status = await StatusAsync(intentId);
                if (statuses.Contains(status))
                {
                    return true;
                }

                story = await StoryAsync(intentId.ToString());
                // A call that was under way when the clock was moved has timed out by it, and is made again some seconds later.
                if (!isNudged && waited.Elapsed > Stillness)
                {
                    Clock.Advance(Nudge);
                    isNudged = true;
                }

                return false;
            },
            () => $"intent is {status}, not {string.Join(" or ", statuses)}\n{story}\n{Complaints}");
        return status;
    }

    /// <summary>Waits until no saga has anything left to do at once, then checks every invariant.</summary>
    public async Task ExpectSoundAsync()
    {
        await EventuallyAsync(
            async () => (await ReadAsync<long>("SELECT count(*) FROM reserve.events WHERE processed_at IS NULL AND dead_lettered_at IS NULL")) == 0,
            () => "events wait");
        IReadOnlyList<InvariantResult> broken = [];
        await EventuallyAsync(
            async () =>
            {
                broken = [.. (await Invariants.CheckAsync(ConnectionString, CancellationToken.None)).Where(r => !r.Holds)];
                return broken.Any(r => r.Invariant.Name != Overdue) || broken.Count == 0;
            },
            () => Told(broken));
        Assert.True(broken.Count == 0, Told(broken));
    }

    // Where a test has moved the clock, holds that others left are overdue at that moment, and their sagas wake.
    private const string Overdue = "no_expired_hold_forgotten";

    private static string Told(IEnumerable<InvariantResult> broken) =>
        string.Join("; ", broken.Select(r => $"{r.Invariant.Name} ({r.Broken}): {string.Join(", ", r.Sample)}"));

    /// <summary>What an orchestration has done and what its activities answered, as its engine keeps it.</summary>
    public Task<string> StoryAsync(string instanceId) => _functions!.StoryAsync(instanceId);

    public Task<string> StatusAsync(Guid intentId) =>
        ReadAsync<string>("SELECT status FROM reserve.booking_intents WHERE id = @intentId", new { intentId });

    /// <summary>Rooms held and booked in the nights of a stay, each summed over them.</summary>
    public async Task<(long Held, long Booked)> RoomsAsync(Stay stay)
    {
        await using var connection = await OpenAsync();
        return await connection.QuerySingleAsync<(long, long)>(
            """
            SELECT sum(temp_holds)::bigint, sum(bookings_count)::bigint
            FROM reserve.availability_calendar
            WHERE unit_id = @UnitId
              AND date >= @CheckIn
              AND date < @CheckOut
            """,
            stay);
    }

    public async Task<T> ReadAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await OpenAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Orders a fault for the next calls of an external system.</summary>
    public static async Task FaultAsync(HttpClient system, object fault)
    {
        using var response = await system.PostAsJsonAsync("/control/faults", fault);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    /// <summary>Orders what becomes of the next webhooks of an external system.</summary>
    public static async Task WebhookRuleAsync(HttpClient system, object rule)
    {
        using var response = await system.PostAsJsonAsync("/control/webhooks/rules", rule);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    public async Task ControlAsync(HttpClient system, string path, object body)
    {
        using var response = await system.PostAsJsonAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
    }

    /// <summary>Ends what a test ordered and did not use up.</summary>
    public async Task CalmAsync()
    {
        foreach (var system in new[] { Stripe, MercadoPago, Host })
        {
            using var faults = await system.DeleteAsync("/control/faults");
            using var rules = await system.DeleteAsync("/control/webhooks/rules");
        }
    }

    /// <summary>Sends what a guest would send: with the token of the booking that its address names, unless it brings one.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Headers.Authorization is null && await BookingOfAsync(request.RequestUri!.OriginalString) is { } intentId)
        {
            request.Headers.Authorization = new("Bearer", TokenOf(intentId));
        }

        return await SendAsIsAsync(request);
    }

    /// <summary>What a guest proves a booking to be theirs with.</summary>
    public string TokenOf(Guid intentId) => Services.GetRequiredService<AccessTokens>().ForCheckout(intentId).Token;

    /// <summary>Sends a request and adds nothing to it.</summary>
    public async Task<Answer> SendAsIsAsync(HttpRequestMessage request)
    {
        using var response = await Api.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!, response.Content.Headers.ContentType?.MediaType);
    }

    public async Task RunJobAsync(string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/admin/jobs/{name}");
        request.Headers.Add("X-Operator-Key", OperatorKey);
        var answer = await SendAsync(request);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{answer.Status}: {answer.Body}");
    }

    public static async Task EventuallyAsync(Func<Task<bool>> condition, Func<string> why)
    {
        var limit = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(limit.Elapsed < Patience, why());
            await Task.Delay(BetweenLooks);
        }
    }

    private async Task<Guid?> BookingOfAsync(string address) => address.Split('/', '?') switch
    {
        [_, "api", "booking-intents", var id, ..] when Guid.TryParse(id, out var intentId) => intentId,
        [_, "api", "reservations", var code, ..] => await ReadAsync<Guid?>(
            "SELECT booking_intent_id FROM reserve.reservations WHERE confirmation_code = @code", new { code = code.ToUpperInvariant() }),
        _ => null,
    };

    private async Task LoadCityAsync()
    {
        await RunJobAsync("sync_city");
        await EventuallyAsync(
            async () => await ReadAsync<long>("SELECT count(*) FROM reserve.sync_jobs WHERE job_type = 'availability_sync' AND status = 'completed'") > 0,
            () => "the city is not loaded");
    }

    private async Task StartFunctionsAsync()
    {
        await _functions!.StartAsync();
        Api = new(new AsDocumented()) { BaseAddress = _functions.Address };
        _sandbox!.SendWebhooksTo(new(_functions.Address, "/api/webhooks/host"), new(_functions.Address, "/api/webhooks/stripe"), new(_functions.Address, "/api/webhooks/mercadopago"));
    }

    private async Task StopFunctionsAsync()
    {
        Api.Dispose();
        await _functions!.StopAsync();
    }

    private Dictionary<string, string?> AllSettings()
    {
        var all = MarketplaceSettings.For(_sandbox!, _database!.AppConnectionString, OperatorKey);
        foreach (var (key, value) in Settings)
        {
            all[key] = value;
        }

        return all;
    }
}

/// <summary>Nights of a unit.</summary>
public sealed record Stay(Guid UnitId, DateOnly CheckIn, DateOnly CheckOut);

/// <summary>A hold that a test has taken.</summary>
public sealed record Held(Guid IntentId, Stay Stay, decimal Total);

/// <summary>What the API answered.</summary>
public sealed record Answer(HttpStatusCode Status, JsonNode Body, string? MediaType);
