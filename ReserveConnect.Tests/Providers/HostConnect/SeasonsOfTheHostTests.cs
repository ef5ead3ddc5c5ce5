using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Providers.HostConnect;
using ReserveConnect.Tests.Sandbox;
using Xunit;

namespace ReserveConnect.Tests.Providers.HostConnect;

/// <summary>Seasons of the Host, from its stand-in through the contract to the client.</summary>
public sealed class SeasonsOfTheHostTests
{
    private const string City = "urubici";
    private static CancellationToken Ct => CancellationToken.None;

    [Fact]
    public async Task One_property_of_the_sample_city_has_a_winter_and_the_others_say_nothing_of_seasons()
    {
        await using var sandbox = await SandboxStack.StartAsync();

        var properties = (await sandbox.Clients.Host.ListProperties(City, null, null, 500, Ct)).ValueOrNull!.Items;

        var winter = Assert.Single(Assert.Single(properties, property => property.RatePlans is not null).RatePlans!);
        Assert.Equal((6, 8), (winter.ValidFrom!.Value.Month, winter.ValidTo!.Value.Month));
        Assert.True(winter is { BasePrice: > 0, CleaningFee: > 0, BaseCapacity: null });
    }

    [Fact]
    public async Task Seasons_that_are_set_at_the_host_come_in_its_next_answer_and_can_be_taken_away()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var host = sandbox.Clients.Host;
        var page = (await host.ListRoomTypes(City, null, null, 500, Ct)).ValueOrNull!;
        var room = page.Items[0];
        var season = new JsonObject
        {
            ["name"] = "festa", ["valid_from"] = "2027-02-01", ["valid_to"] = null, ["base_price"] = 990.50m, ["extra_guest_fee"] = 80m,
            ["base_capacity"] = 1, ["cleaning_fee"] = null,
            ["length_of_stay_discounts"] = new JsonArray(new JsonObject { ["min_nights"] = 5, ["percent"] = 7.5m }),
        };

        await SetAsync(new JsonArray(season));
        var changed = (await host.ListRoomTypes(City, page.Version, null, 500, Ct)).ValueOrNull!;

        var told = Assert.Single(Assert.Single(changed.Items).RatePlans!);
        Assert.Equal(
            ("festa", new DateOnly(2027, 2, 1), null, 990.50m, 80m, 1, null),
            (told.Name, told.ValidFrom!.Value, told.ValidTo, told.BasePrice, told.ExtraGuestFee, told.BaseCapacity!.Value, told.CleaningFee));
        Assert.Equal([new HostLengthOfStayDiscount(5, 7.5m)], told.LengthOfStayDiscounts);

        await SetAsync([]);
        Assert.Empty(Assert.Single((await host.ListRoomTypes(City, changed.Version, null, 500, Ct)).ValueOrNull!.Items).RatePlans!);

        async Task SetAsync(JsonArray seasons)
        {
            using var control = new HttpClient { BaseAddress = sandbox.Servers.HostConnect };
            using var answer = await control.PatchAsJsonAsync($"/control/room-types/{room.Id}", new JsonObject { ["rate_plans"] = seasons });
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, body);
            HostContract.AssertValid("RoomType", body);
        }
    }
}
