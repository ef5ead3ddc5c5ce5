using Npgsql;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Sandbox;

namespace ReserveConnect.Tests.Booking;

/// <summary>What a functions host needs to know of the sandbox and the database of a test.</summary>
internal static class MarketplaceSettings
{
    public static Dictionary<string, string?> For(SandboxServers sandbox, string connectionString, string operatorKey) => new(Unlimited)
    {
        ["Reserve:Http:Url"] = "http://127.0.0.1:0",
        ["Reserve:Timers:Enabled"] = "false",
        ["Reserve:Database:ConnectionString"] = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 20 }.ConnectionString,
        ["Reserve:HostConnect:BaseUrl"] = sandbox.HostConnect.ToString(),
        ["Reserve:HostConnect:ApiKey"] = "hc_sandbox_key",
        ["Reserve:HostConnect:WebhookSecret"] = "hc_sandbox_webhook_secret",
        ["Reserve:HostConnect:CallTimeout"] = "00:00:01",
        ["Reserve:HostConnect:ConnectTimeout"] = "00:00:00.500",
        ["Reserve:Stripe:BaseUrl"] = sandbox.Stripe.ToString(),
        ["Reserve:Stripe:ApiKey"] = "sk_test_sandbox",
        ["Reserve:Stripe:WebhookSecret"] = "whsec_sandbox",
        ["Reserve:Stripe:CallTimeout"] = "00:00:01",
        ["Reserve:Stripe:ConnectTimeout"] = "00:00:00.500",
        ["Reserve:MercadoPago:BaseUrl"] = sandbox.MercadoPago.ToString(),
        ["Reserve:MercadoPago:AccessToken"] = "TEST-sandbox-access-token",
        ["Reserve:MercadoPago:WebhookSecret"] = "mp_sandbox_webhook_secret",
        ["Reserve:MercadoPago:CallTimeout"] = "00:00:01",
        ["Reserve:MercadoPago:ConnectTimeout"] = "00:00:00.500",
        ["Reserve:Tokens:SigningKeys"] = "of-the-tests:" + Convert.ToBase64String(new byte[32]),
        ["Reserve:Accounts:PublicUrl"] = "https://reserve.example",
        ["Reserve:Accounts:SecretKeys"] = "of-the-tests:" + Convert.ToBase64String(new byte[32]),
        ["Reserve:Accounts:PasswordIterations"] = "1000",
        ["Reserve:Email:BaseUrl"] = sandbox.SendGrid.ToString(),
        ["Reserve:Email:ApiKey"] = "SG.sandbox",
        ["Reserve:Email:FromAddress"] = "reservas@reserve.example",
        ["Reserve:Operations:Key"] = operatorKey,
        // All guests of a test come from this machine, and most by one name: what limits them has tests of its own.
        ["Reserve:Booking:MaxOpenIntentsPerClient"] = "0",
        ["Reserve:Booking:MaxOpenIntentsPerEmail"] = "0",
        ["Reserve:Booking:MaxOpenIntentsPerEmailAndClient"] = "0",
        // A test's stay may cost any price, and giving most of it back is one person's; what two are needed for has tests of its own.
        ["Reserve:Payments:RefundApprovalLimit"] = "1000000",
        // What failed while a provider was down must not wait longer than a test does.
        ["Reserve:Events:MaxBackoff"] = "00:00:02",
        // What is tried thrice and comes to nothing is decided at once; who waits for the Host says so.
        ["Reserve:Booking:HostQueueTime"] = "00:00:00",
        // And a Host that is back is asked when somebody decides so.
        ["Reserve:Booking:HostSilenceInterval"] = "00:00:00",
        // Faults are ordered on purpose here; the circuit has tests of its own.
        ["Reserve:HostConnect:CircuitMinimumCalls"] = "10000",
        ["Reserve:Stripe:CircuitMinimumCalls"] = "10000",
        ["Reserve:MercadoPago:CircuitMinimumCalls"] = "10000",
    };
    /// <summary>As many requests as a test likes.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Unlimited =>
        from limit in Enum.GetNames<LimitClass>()
        from figure in new[] { nameof(Allowance.PerMinute), nameof(Allowance.Burst) }
        select KeyValuePair.Create($"{LimitOptions.Section}:{limit}:{figure}", (string?)$"{Allowance.Most}");
}
