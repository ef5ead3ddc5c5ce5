using System.Text;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Injection;

/// <summary>A marketplace of its own, with a booking in it and what its schema was before anybody came.</summary>
public sealed class InjectionWorld : IAsyncLifetime
{
    internal Marketplace Market { get; } = new Prompt();

    /// <summary>Sends headers as UTF-8 and asks nothing of the answers.</summary>
    internal HttpClient Client { get; private set; } = null!;

    internal ValidRequests Valid { get; private set; } = null!;

    internal Proofs Proofs { get; private set; } = null!;

    internal IReadOnlyList<string> Schema { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await Market.InitializeAsync();
        Valid = await ValidRequests.PrepareAsync(Market);
        await Market.ExpectSoundAsync();
        Proofs = new(Market, await TokensAsync());
        await Market.QuietAsync();
        Schema = await DatabaseState.SchemaAsync(Market);
        Client = new(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = Market.Api.BaseAddress };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Market.DisposeAsync();
    }

    private async Task<Dictionary<string, string>> TokensAsync()
    {
        var admin = await Market.NewAdminAsync();
        return new()
        {
            ["booking"] = Market.TokenOf(Valid.IntentId),
            ["guest"] = (await Market.NewGuestAsync()).Access,
            ["owner"] = (await Market.InviteAsync(admin, "owner")).Access,
            ["agent"] = (await Market.NewStaffAsync(admin, "agent")).Access,
            ["supervisor"] = (await Market.NewStaffAsync(admin, "supervisor")).Access,
            ["admin"] = admin.Access,
        };
    }

    // An answer that waits, so that nobody learns from how long it took, waits for hundreds of these.
    private sealed class Prompt : Marketplace
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Reserve:Booking:AccessAnswerTime", "00:00:00.001")];
    }
}
