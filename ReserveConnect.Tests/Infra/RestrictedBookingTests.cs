using ReserveConnect.Launcher.PostgreSql;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>A marketplace whose functions work as the role that a deployment gives them.</summary>
public sealed class RestrictedMarketplace : Marketplace
{
    private TestRoles? _roles;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Database:ConnectionString", _roles!.AppOf(ConnectionString)),
        // The embedded host's own tables are not the app's.
        new("Reserve:Durable:ConnectionString", ConnectionString),
        new("Reserve:Timers:ConnectionString", ConnectionString),
    ];

    /// <summary>Takes the role away again, with what it holds in the database.</summary>
    public ValueTask DropRolesAsync() => _roles!.DisposeAsync();

    protected override async Task PrepareDatabaseAsync()
    {
        _roles = await TestRoles.CreateAsync(ConnectionString);
        await AppRole.GrantAsync(ConnectionString, _roles.App, CancellationToken.None);
    }
}

public sealed class RestrictedBookingTests(RestrictedMarketplace market) : IClassFixture<RestrictedMarketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    // A role outlives the test's database.
    public async Task DisposeAsync() => await market.DropRolesAsync();

    [Fact]
    public async Task The_roles_grants_suffice_for_a_sync_and_a_booking()
    {
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "confirmed");
        await market.ExpectSoundAsync();
    }
}
