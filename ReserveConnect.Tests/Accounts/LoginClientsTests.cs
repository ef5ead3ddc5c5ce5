using System.Net;
using System.Net.Http.Json;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

/// <summary>A marketplace whose clients are told apart by what a proxy says of them.</summary>
public class MarketplaceBehindAProxy : Marketplace
{
    public const int FreeAddressFailures = 20;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Reserve:Http:TrustedProxies", "127.0.0.0/8, ::1/128"),
        new("Reserve:Accounts:FreeAddressFailures", $"{FreeAddressFailures}"),
    ];
}

public sealed class LoginClientsTests(MarketplaceBehindAProxy market) : IClassFixture<MarketplaceBehindAProxy>
{
    [Fact]
    public async Task A_stranger_who_fails_keeps_out_nobody_but_themselves()
    {
        var guest = await market.NewGuestAsync();
        for (var failures = 0; failures < 5; failures++)
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", LoginAsync("203.0.113.1", guest.Email, People.OtherPassword));

        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", LoginAsync("203.0.113.1", guest.Email));
        await People.ExpectAsync(HttpStatusCode.OK, LoginAsync("198.51.100.2", guest.Email));
        // What the owner does is no pardon for the stranger.
        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", LoginAsync("203.0.113.1", guest.Email));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Guesses_from_many_networks_wait_in_the_end_and_no_longer_than_the_first_wait(bool hasAccount)
    {
        var email = hasAccount ? (await market.NewGuestAsync()).Email : People.NewEmail();
        for (var networks = 1; networks <= MarketplaceBehindAProxy.FreeAddressFailures; networks++)
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", LoginAsync($"203.0.113.{networks}", email, People.OtherPassword));

        for (var further = 100; further < 103; further++)
        {
            await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", LoginAsync($"203.0.113.{further}", email, People.OtherPassword));
            market.Clock.Advance(TimeSpan.FromSeconds(31));
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", LoginAsync($"203.0.113.{further}", email, People.OtherPassword));
        }
    }

    [Fact]
    public async Task Whoever_is_logged_in_changes_the_password_while_a_stranger_waits()
    {
        var guest = await market.NewGuestAsync();
        for (var failures = 0; failures < 6; failures++)
            await market.LoginAsync(guest.Email, People.OtherPassword);
        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", market.LoginAsync(guest.Email));

        await People.ExpectAsync(HttpStatusCode.NoContent, ChangeAsync(guest, People.Password, People.OtherPassword));

        for (var failures = 0; failures < 5; failures++)
            await People.ExpectAsync(HttpStatusCode.UnprocessableEntity, "invalid_credentials", ChangeAsync(guest, People.Password, People.Password));
        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", ChangeAsync(guest, People.OtherPassword, People.Password));
    }

    private Task<Answer> ChangeAsync(Person person, string current, string next) =>
        market.PostAsync("accounts/change-password", new { current_password = current, new_password = next }, person.Access);

    private async Task<Answer> LoginAsync(string from, string email, string password = People.Password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/accounts/login") { Content = JsonContent.Create(new { email, password }) };
        request.Headers.Add("X-Forwarded-For", from);
        return await market.SendAsIsAsync(request);
    }
}
