using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReserveConnect.Benchmarks.Measuring;
using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Benchmarks.Bookings;

/// <summary>A payment that was made, as Stripe and we name it.</summary>
internal sealed record ReportedPayment(Guid AttemptId, Guid BookingIntentId, string PaymentIntentId, string ChargeId);

/// <summary>Tells the functions what Stripe tells of a paid booking, signed as Stripe signs, and every fourth time something once more.</summary>
internal sealed class StripeReporter : IDisposable
{
    /// <summary>What the ids of its events begin with.</summary>
    public const string Prefix = "evt_bench_";

    private const int Again = 4;

    // Told again is what was told so many events before, which has been stored by then.
    private const int Behind = (100 * Again) + 1;

    // What Stripe sends of one booking: the first two tell nothing that is not told elsewhere, and are kept all the same.
    private static readonly string[] Types = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"];

    private readonly HttpClient _http;
    private readonly byte[] _secret;
    private readonly IReadOnlyList<ReportedPayment> _payments;
    private readonly string _run = Guid.CreateVersion7().ToString("N");
    private int _told = -1;
    private int _events;

    public StripeReporter(Stack stack, IReadOnlyList<ReportedPayment> payments, BenchOptions options)
    {
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 2 * options.Guests, UseProxy = false })
        {
            BaseAddress = new Uri(stack.Functions, "api/"),
            Timeout = options.RequestPatience,
        };
        _secret = Encoding.UTF8.GetBytes(stack.Secrets.StripeWebhookSecret);
        _payments = payments;
    }

    /// <summary>Events that were told, however often.</summary>
    public int Events => _events;

    /// <summary>Tells the next thing.</summary>
    /// <exception cref="LauncherException">It is not taken.</exception>
    public async Task ReportAsync(Latencies first, Latencies again, CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _told);
        var isAgain = number % Again == Again - 1 && number >= Behind;
        var subject = isAgain ? number - Behind : number;
        if (!isAgain)
            Interlocked.Increment(ref _events);
        var begun = Stopwatch.GetTimestamp();
        var body = BodyOf(subject);
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/stripe") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Stripe-Signature", Sign(body));
        using var answer = await _http.SendAsync(request, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LauncherException($"a webhook was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        (isAgain ? again : first).AddSince(begun);
    }

    public void Dispose() => _http.Dispose();

    private byte[] BodyOf(int number)
    {
        var payment = _payments[number / Types.Length % _payments.Count];
        var type = Types[number % Types.Length];
        var isCharge = type.StartsWith("charge.", StringComparison.Ordinal);
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = $"{Prefix}{_run}_{number}",
            @object = "event",
            api_version = "2025-09-30.clover",
            created = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            livemode = false,
            type,
            data = new
            {
                @object = new
                {
                    id = isCharge ? payment.ChargeId : payment.PaymentIntentId,
                    @object = isCharge ? "charge" : "payment_intent",
                    payment_intent = payment.PaymentIntentId,
                    currency = "brl",
                    metadata = new { booking_intent_id = payment.BookingIntentId, attempt_id = payment.AttemptId },
                },
            },
        });
    }

    private string Sign(byte[] body)
    {
        var stamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{stamp}."), .. body];
        return $"t={stamp},v1={Convert.ToHexStringLower(HMACSHA256.HashData(_secret, signed))}";
    }
}
