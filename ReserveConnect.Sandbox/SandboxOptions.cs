namespace ReserveConnect.Sandbox;

/// <summary>
/// How the stand-ins run. Bound from the configuration section <c>Sandbox</c>: the environment variable
/// <c>Sandbox__Stripe__Url</c> and the argument <c>--Sandbox:Stripe:Url</c> set <c>Stripe.Url</c>. The keys and secrets have
/// fixed defaults: nothing here guards anything.
/// </summary>
public sealed record SandboxOptions
{
    /// <summary>The stand-in for Host Connect.</summary>
    public HostConnectOptions HostConnect { get; init; } = new();

    /// <summary>The stand-in for Stripe.</summary>
    public StripeOptions Stripe { get; init; } = new();

    /// <summary>The stand-in for Mercado Pago.</summary>
    public MercadoPagoOptions MercadoPago { get; init; } = new();

    /// <summary>The stand-in for SendGrid.</summary>
    public SendGridOptions SendGrid { get; init; } = new();

    /// <summary>Where webhooks go, and how they are tried again.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>Where state is kept between runs.</summary>
    public StateOptions State { get; init; } = new();

    /// <summary>What the Host sells.</summary>
    public CityOptions City { get; init; } = new();

    /// <summary>What time it is.</summary>
    public ClockOptions Clock { get; init; } = new();

    /// <summary>Bounds of the HTTP servers.</summary>
    public HttpOptions Http { get; init; } = new();
}

/// <summary>Host Connect's address and keys.</summary>
public sealed record HostConnectOptions
{
    /// <summary>Address to listen on; port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:7081";

    /// <summary>The channel's API key.</summary>
    public string ApiKey { get; init; } = "hc_sandbox_key";

    /// <summary>What webhooks are signed with.</summary>
    public string WebhookSecret { get; init; } = "hc_sandbox_webhook_secret";

    /// <summary>Whether bookings made by the channel itself are told back as availability and booking webhooks.</summary>
    public bool AnnounceOwnBookings { get; init; } = true;
}

/// <summary>Stripe's address, keys and fees.</summary>
public sealed record StripeOptions
{
    /// <summary>Address to listen on; port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:7082";

    /// <summary>The account's secret key, <c>sk_</c>: may do everything.</summary>
    public string SecretKey { get; init; } = "sk_test_sandbox";

    /// <summary>The account's publishable key, <c>pk_</c>: may read and confirm one intent, with its client secret.</summary>
    public string PublishableKey { get; init; } = "pk_test_sandbox";

    /// <summary>What webhooks are signed with.</summary>
    public string WebhookSecret { get; init; } = "whsec_sandbox";

    /// <summary>The types of events that are sent to the webhook endpoint (its <c>enabled_events</c>); empty: all. They are listed by the API in any case.</summary>
    public IReadOnlyList<string> EnabledEvents { get; init; } = [];

    /// <summary>Stripe's fee for a card payment, per cent of its amount.</summary>
    public decimal FeePercent { get; init; } = 3.99m;

    /// <summary>Stripe's fee for a card payment, the fixed part in the currency's main unit (2.9 % and 0.30 make 29.30 of 1,000.00).</summary>
    public decimal FeeFixed { get; init; } = 0.39m;

    /// <summary>How long after a charge its money may be sent out; zero: at once. Stripe's own in Brazil is 30 days.</summary>
    public TimeSpan AvailableAfter { get; init; }

    /// <summary>Stripe's fee for a disputed charge, in the currency's main unit.</summary>
    public decimal DisputeFee { get; init; } = 55.00m;
}

/// <summary>Mercado Pago's address, keys and fees.</summary>
public sealed record MercadoPagoOptions
{
    /// <summary>Address to listen on; port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:7083";

    /// <summary>The account's access token.</summary>
    public string AccessToken { get; init; } = "TEST-sandbox-access-token";

    /// <summary>What webhooks are signed with.</summary>
    public string WebhookSecret { get; init; } = "mp_sandbox_webhook_secret";

    /// <summary>Whether transfers have to be signed, as in production. The signature's form is looked at, not whose it is.</summary>
    public bool SignedPayouts { get; init; }

    /// <summary>How long a report of the account's money takes to be made; zero: it is there at once.</summary>
    public TimeSpan ReportTakes { get; init; }

    /// <summary>Mercado Pago's fee for PIX, per cent of the amount paid.</summary>
    public decimal PixFeePercent { get; init; } = 0.99m;

    /// <summary>The collector's PIX key (a random key), part of every BR Code.</summary>
    public string PixKey { get; init; } = "5e2f1c7a-6c1d-4b0e-9a53-2f0c7d1b8e44";

    /// <summary>The collector's name in the BR Code, at most 25 characters of ASCII.</summary>
    public string CollectorName { get; init; } = "Reserve Connect";

    /// <summary>The collector's city in the BR Code, at most 15 characters of ASCII.</summary>
    public string CollectorCity { get; init; } = "Urubici";
}

/// <summary>SendGrid's address and key.</summary>
public sealed record SendGridOptions
{
    /// <summary>Address to listen on; port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:7084";

    /// <summary>The account's API key.</summary>
    public string ApiKey { get; init; } = "SG.sandbox";

    /// <summary>Mails that are remembered; the oldest are forgotten.</summary>
    public int MailsKept { get; init; } = 1_000;
}

/// <summary>Targets of webhooks and their deliveries.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where Host Connect sends; null: it sends nothing.</summary>
    public string? HostConnect { get; init; }

    /// <summary>Where Stripe sends; null: it sends nothing.</summary>
    public string? Stripe { get; init; }

    /// <summary>Where Mercado Pago sends when a payment names no <c>notification_url</c>; null: it sends nothing then.</summary>
    public string? MercadoPago { get; init; }

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before the second attempt; it doubles with each further one. The real providers wait minutes to hours.</summary>
    public TimeSpan FirstRetryAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between attempts.</summary>
    public TimeSpan LongestRetryPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts before a webhook is given up; it can be sent again by the control API.</summary>
    public int MaxAttempts { get; init; } = 50;

    /// <summary>Deliveries under way at once, per server.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Webhooks waiting, per server; what comes on top is dropped and counted.</summary>
    public int MaxPending { get; init; } = 200_000;
}

/// <summary>State kept between runs.</summary>
public sealed record StateOptions
{
    /// <summary>Folder of the journals, one file per server; null: memory only.</summary>
    public string? Directory { get; init; }

    /// <summary>Events that Stripe remembers; the oldest are forgotten.</summary>
    public int MaxEvents { get; init; } = 20_000;

    /// <summary>Idempotency keys that Stripe and Mercado Pago remember; the oldest are forgotten.</summary>
    public int MaxIdempotencyKeys { get; init; } = 100_000;
}

/// <summary>The cities of the Host.</summary>
public sealed record CityOptions
{
    /// <summary>
    /// Folder with <c>{city}-listings.csv[.gz]</c> and <c>{city}-calendar.csv[.gz]</c>; null: the sample city <c>urubici</c>.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>IANA time zone in which the cities' days begin.</summary>
    public string TimeZone { get; init; } = "America/Sao_Paulo";

    /// <summary>Currency of the prices.</summary>
    public string Currency { get; init; } = "BRL";

    /// <summary>Nights that can be booked, counted from today.</summary>
    public int NightsAhead { get; init; } = 365;
}

/// <summary>The sandbox's clock.</summary>
public sealed record ClockOptions
{
    /// <summary>Added to the real time.</summary>
    public TimeSpan Offset { get; init; }
}

/// <summary>Bounds of the HTTP servers.</summary>
public sealed record HttpOptions
{
    /// <summary>Largest request body, bytes.</summary>
    public int MaxBody { get; init; } = 1024 * 1024;

    /// <summary>How long a call that a fault leaves without an answer is held before its connection is cut.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Calls that the control API lists.</summary>
    public int CallsKept { get; init; } = 1_000;

    /// <summary>How long calls under way may take when the server stops.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
