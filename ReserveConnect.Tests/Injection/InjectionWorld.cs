using System.Text;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Injection;

/// <summary>A marketplace of its own, with everybody in it and what its schema was before anybody came.</summary>
public sealed class InjectionWorld : IAsyncLifetime
{
    private readonly Prompt _market = new();

    internal Marketplace Market => _market;

    /// <summary>Sends headers as UTF-8 and asks nothing of the answers.</summary>
    internal HttpClient Client { get; private set; } = null!;

    internal ValidRequests Valid { get; private set; } = null!;

    internal Proofs Proofs { get; private set; } = null!;

    internal IReadOnlyList<string> Schema { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await Market.InitializeAsync();
        Valid = await ValidRequests.PrepareAsync(_market);
        await Market.ExpectSoundAsync();
        await Valid.AddFailedPaymentsAsync(Market);
        Proofs = new(Market, Valid);
        Schema = await DatabaseState.SchemaAsync(Market);
        Client = new(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = Market.Api.BaseAddress };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await ((IAsyncLifetime)_market).DisposeAsync();
    }

    /// <summary>Failed logins stand in a row that the next right one removes: one that is not accounted for by what follows.</summary>
    internal async Task ForgetFailedLoginsAsync()
    {
        await using var connection = await Market.OpenAsync();
        await connection.ExecuteAsync("DELETE FROM reserve.login_failures");
    }

    // An answer that waits, so that nobody learns from how long it took, waits for hundreds of these; and whoever fails with
    // all of them would have to wait before the next.
    private sealed class Prompt : MarketplaceWithIssuer
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            .. base.Settings,
            new("Reserve:Booking:AccessAnswerTime", "00:00:00.001"),
            new("Reserve:Accounts:FreeFailures", "100"),
            // A refund that waits for its provider waits until the tests are over.
            new("Reserve:Payments:RefundFirstBackoff", "01:00:00"),
        ];
    }
}
