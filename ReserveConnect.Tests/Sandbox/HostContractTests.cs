using System.Text.Json;
using ReserveConnect.Tests.Providers.HostConnect;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class HostContractTests
{
    [Fact]
    public async Task Every_operation_of_the_contract_is_served_and_no_other()
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var served = (await sandbox.Host.ReadAsync("/control/operations")).Json.EnumerateArray().Select(o => o.GetString()!).Order();

        Assert.Equal(HostContract.Operations.Order(), served);
    }

    [Fact]
    public async Task Every_operation_needs_the_key()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        foreach (var operation in HostContract.Operations)
        {
            var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            using var stranger = RunningSandbox.Client(sandbox.Host.BaseAddress!, "hc_other_key");
            var answer = await stranger.CallAsync(new HttpMethod(method), path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));

            Assert.Equal((401, "unauthorized"), (answer.Status, answer.String("code")));
            HostContract.AssertValid("Problem", answer.Text);
        }
    }

    [Fact]
    public async Task The_catalogue_fits_the_contract()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var properties = await sandbox.Host.ReadAsync($"{HostDesk.City}/properties?limit=500");
        var rooms = await sandbox.Host.ReadAsync($"{HostDesk.City}/room-types?limit=500");
        var first = properties.Json.GetProperty("items")[0].GetProperty("id").GetString();
        var own = await sandbox.Host.ReadAsync($"/v1/properties/{first}/room-types");
        var nights = await sandbox.Host.ReadAsync($"{HostDesk.City}/availability?limit=500");

        HostContract.AssertValid("PropertyPage", properties.Text);
        HostContract.AssertValid("RoomTypePage", rooms.Text);
        HostContract.AssertValid("RoomTypeList", own.Text);
        HostContract.AssertValid("AvailabilityPage", nights.Text);
        Assert.All(own.Json.GetProperty("items").EnumerateArray(), room => Assert.Equal(first, room.GetProperty("property_id").GetString()));
    }

    [Fact]
    public async Task Bookings_fit_the_contract_from_creation_to_cancellation()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        var host = sandbox.Host;
        var room = await host.OpenRoomAsync();
        var made = await host.BookAsync(room, "k");
        var id = made.String("id");
        Answer[] answers =
        [
            made,
            await host.BookAsync(room, "k"),
            await host.ReadAsync($"/v1/bookings/{id}"),
            await host.ReadAsync("/v1/bookings/by-key/k"),
            await host.CallAsync(HttpMethod.Patch, $"/v1/bookings/{id}", Json(new { check_out = HostDesk.Text(HostDesk.Day(13)) }), "p"),
            await host.CallAsync(HttpMethod.Post, $"/v1/bookings/{id}/cancel"),
        ];

        Assert.Equal([201, 200, 200, 200, 200, 200], answers.Select(a => a.Status));
        Assert.All(answers, answer => HostContract.AssertValid("Booking", answer.Text));
        Assert.All(answers, answer => Assert.Equal(id, answer.String("id")));
        foreach (var key in new[] { "k", "never used" })
            HostContract.AssertValid("KeyCancellation", (await host.CallAsync(HttpMethod.Post, $"/v1/bookings/by-key/{key}/cancel")).Text);
    }

    [Theory]
    [InlineData("GET", "/v1/cities/nowhere/properties", 404, "city_not_found")]
    [InlineData("GET", "/v1/cities/nowhere/room-types", 404, "city_not_found")]
    [InlineData("GET", "/v1/cities/nowhere/availability", 404, "city_not_found")]
    [InlineData("GET", "/v1/cities/urubici/properties?limit=0", 400, "invalid_request")]
    [InlineData("GET", "/v1/cities/urubici/properties?limit=501", 400, "invalid_request")]
    [InlineData("GET", "/v1/cities/urubici/properties?limit=ten", 400, "invalid_request")]
    [InlineData("GET", "/v1/cities/urubici/properties?updated_since_version=-1", 400, "invalid_request")]
    [InlineData("GET", "/v1/cities/urubici/room-types?cursor=drop%20table", 400, "invalid_request")]
    [InlineData("GET", "/v1/cities/urubici/availability?from=tomorrow", 400, "invalid_request")]
    [InlineData("GET", "/v1/cities/urubici/availability?from=2026-12-02&to=2026-12-01", 400, "invalid_request")]
    [InlineData("GET", "/v1/cities/urubici/availability?from=2026-01-01&to=2028-01-01", 400, "invalid_request")]
    [InlineData("GET", "/v1/properties/0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d/room-types", 404, "property_not_found")]
    [InlineData("GET", "/v1/properties/none/room-types", 404, "property_not_found")]
    [InlineData("GET", "/v1/bookings/0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d", 404, "booking_not_found")]
    [InlineData("GET", "/v1/bookings/by-key/unknown", 404, "booking_not_found")]
    [InlineData("POST", "/v1/bookings/0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d/cancel", 404, "booking_not_found")]
    public async Task What_cannot_be_done_is_said_as_the_contract_says_it(string method, string path, int status, string code)
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        var answer = await sandbox.Host.CallAsync(new HttpMethod(method), path);

        Assert.Equal((status, code), (answer.Status, answer.String("code")));
        Assert.Equal("application/problem+json", answer.Message.Content.Headers.ContentType!.MediaType);
        HostContract.AssertValid("Problem", answer.Text);
    }

    [Fact]
    public async Task Availability_comes_packed_when_asked_for()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{HostDesk.City}/availability?limit=500");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await sandbox.Host.SendAsync(request);
        await using var unpacked = new System.IO.Compression.GZipStream(
            await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Equal((await sandbox.Host.ReadAsync($"{HostDesk.City}/availability?limit=500")).Text, await reader.ReadToEndAsync());
    }

    private static StringContent Json(object body) => new(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");
}
