using Npgsql;
using ReserveConnect.Functions.Limiting;
using ReserveConnect.Sandbox;

namespace ReserveConnect.Trials.World;

/// <summary>What the functions of a trial are told. The keys are the sandbox's and guard nothing.</summary>
internal static class TrialSettings
{
    public const string OperatorKey = "operator-key-of-the-trials";

    /// <summary>
    /// Connections of the functions: each has its own plans, so that more of them are mostly more planning. Many more than the cores, so
    /// that transactions meet inside the server.
    /// </summary>
    private const int PoolSize = 14;

    private const int CallerPoolSize = 4;

    public static Dictionary<string, string?> For(SandboxServers sandbox, string connectionString)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Reserve:Http:Url"] = "http://127.0.0.1:0",
            // The clock jumps: what a timer does is asked for when it is wanted.
            ["Reserve:Timers:Enabled"] = "false",
            ["Reserve:Database:ConnectionString"] = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = PoolSize }.ConnectionString,
            ["Reserve:Database:MaxCallerConnections"] = $"{CallerPoolSize}",
            ["Reserve:HostConnect:BaseUrl"] = sandbox.HostConnect.ToString(),
            ["Reserve:HostConnect:ApiKey"] = "hc_sandbox_key",
            ["Reserve:HostConnect:WebhookSecret"] = "hc_sandbox_webhook_secret",
            ["Reserve:Stripe:BaseUrl"] = sandbox.Stripe.ToString(),
            ["Reserve:Stripe:ApiKey"] = "sk_test_sandbox",
            ["Reserve:Stripe:WebhookSecret"] = "whsec_sandbox",
            ["Reserve:MercadoPago:BaseUrl"] = sandbox.MercadoPago.ToString(),
            ["Reserve:MercadoPago:AccessToken"] = "TEST-sandbox-access-token",
            ["Reserve:MercadoPago:WebhookSecret"] = "mp_sandbox_webhook_secret",
            ["Reserve:Email:BaseUrl"] = sandbox.SendGrid.ToString(),
            ["Reserve:Email:ApiKey"] = "SG.sandbox",
            ["Reserve:Email:FromAddress"] = "reservas@reserve.example",
            ["Reserve:Tokens:SigningKeys"] = "of-the-trials:" + Convert.ToBase64String(new byte[32]),
            ["Reserve:Accounts:PublicUrl"] = "https://reserve.example",
            ["Reserve:Accounts:SecretKeys"] = "of-the-trials:" + Convert.ToBase64String(new byte[32]),
            ["Reserve:Operations:Key"] = OperatorKey,
            // All guests come from this machine.
            ["Reserve:Booking:MaxOpenIntentsPerClient"] = "0",
            ["Reserve:Booking:MaxOpenIntentsPerEmail"] = "0",
            ["Reserve:Booking:MaxOpenIntentsPerEmailAndClient"] = "0",
            // A stay may cost any price, and an agent gives a part of it back alone.
            ["Reserve:Payments:RefundApprovalLimit"] = "1000000",
        };
        foreach (var provider in (string[])["HostConnect", "Stripe", "MercadoPago"])
        {
            // Faults are ordered for one seed and must not shut the door for all; and nobody waits for a retry.
            settings[$"Reserve:{provider}:CircuitMinimumCalls"] = "10000";
            settings[$"Reserve:{provider}:RetryDelay"] = "00:00:00.020";
        }

        foreach (var limit in Enum.GetNames<LimitClass>())
        {
            settings[$"{LimitOptions.Section}:{limit}:{nameof(Allowance.PerMinute)}"] = $"{Allowance.Most}";
            settings[$"{LimitOptions.Section}:{limit}:{nameof(Allowance.Burst)}"] = $"{Allowance.Most}";
        }

        return settings;
    }
}
