using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using Xunit;

namespace ReserveConnect.Tests.Providers.HostConnect;

/// <summary>The client against the sandbox's Host Connect and its sample city, over HTTP.</summary>
public sealed class HostConnectSandboxTests
{
    private const string City = "urubici";

    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task A_city_is_read_page_by_page()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var host = sandbox.Clients.Host;

        var properties = await All(cursor => host.ListProperties(City, null, cursor, 7, Ct));
        var rooms = await All(cursor => host.ListRoomTypes(City, null, cursor, 7, Ct));
        var from = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(2);
        var nights = await All(cursor => host.ListAvailability(City, from, from.AddDays(300), null, cursor, 7, Ct));

        Assert.True(properties.Items.Count >= 20);
        Assert.Equal(properties.Items.Count, properties.Items.Select(property => property.Id).Distinct().Count());
        Assert.All(rooms.Items, room => Assert.Contains(properties.Items, property => property.Id == room.PropertyId));
        Assert.Equal(rooms.Items.Select(room => room.Id).Order(), nights.Items.Select(room => room.RoomTypeId).Order());
        Assert.All(nights.Items, room => Assert.Equal(300, room.Nights.Length));
        Assert.All(nights.Items, room => Assert.Equal(from.AddDays(299), room.Nights[299].Date));
        var first = properties.Items[0].Id;
        Assert.Equal(
            rooms.Items.Where(room => room.PropertyId == first).Select(room => room.Id).Order(),
            (await host.ListPropertyRoomTypes(first, Ct)).ValueOrNull!.Select(room => room.Id).Order());
    }

    [Fact]
    public async Task A_stay_is_booked_once_changed_told_of_and_cancelled()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var host = sandbox.Clients.Host;
        var (request, version) = await FreeStay(host);
        var key = Guid.CreateVersion7().ToString();

        Assert.Equal(new ProviderAnswer<HostBooking?>.Done(null), await host.FindBookingByKey(key, Ct));
        var booked = (await host.CreateBooking(request, key, Ct)).ValueOrNull!;
        Assert.Equal((key, HostBookingStatus.Confirmed, request.RoomTypeId), (booked.IdempotencyKey, booked.Status, booked.RoomTypeId));
        Assert.Equal((request.CheckIn, request.CheckOut, request.ChannelReference), (booked.CheckIn, booked.CheckOut, booked.ChannelReference));
        Assert.Equal(booked.Id, (await host.CreateBooking(request, key, Ct)).ValueOrNull!.Id);
        Assert.Equal(booked, (await host.FindBookingByKey(key, Ct)).ValueOrNull);
        var mismatch = Assert.IsType<ProviderAnswer<HostBooking>.Refused>(await host.CreateBooking(request with { Adults = 1, TotalAmount = 1m }, key, Ct));
        Assert.Equal((422, "idempotency_mismatch"), (mismatch.Status, mismatch.Code));

        var changed = (await host.ListAvailability(City, request.CheckIn, request.CheckOut, version, null, null, Ct)).ValueOrNull!;
        Assert.Contains(changed.Items, room => room.RoomTypeId == request.RoomTypeId && room.Nights.Any(night => night.Sold > 0));

        var webhook = await sandbox.Webhook(seen => seen.Path == "/host" && seen.Text.Contains("booking.changed", StringComparison.Ordinal));
        Assert.Equal(
            WebhookVerdict.Valid,
            HostConnectWebhook.Verify(
                webhook.Body, webhook.Headers["Host-Connect-Signature"], [SandboxStack.Keys.HostConnect.WebhookSecret], TimeProvider.System.GetUtcNow(),
                TimeSpan.FromMinutes(5)));
        var told = HostConnectEvent.Parse(webhook.Body)!;
        Assert.Equal((City, key, HostBookingStatus.Confirmed), (told.City, told.IdempotencyKey, told.BookingStatus));
        Assert.Equal(booked.Id, told.BookingId);

        Assert.Equal(1, (await host.ChangeBooking(booked.Id, new HostBookingChange(Adults: 1), "change", Ct)).ValueOrNull!.Adults);
        Assert.Equal(HostBookingStatus.Cancelled, (await host.CancelBooking(booked.Id, Ct)).ValueOrNull!.Status);
        Assert.Equal(HostBookingStatus.Cancelled, (await host.CancelBooking(booked.Id, Ct)).ValueOrNull!.Status);
        Assert.Equal(booked.Id, (await host.CancelBookingByKey(key, Ct)).ValueOrNull!.Id);
    }

    [Fact]
    public async Task A_key_that_was_barred_books_nothing_any_more()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var (request, _) = await FreeStay(sandbox.Clients.Host);
        Assert.Equal(new ProviderAnswer<HostBooking?>.Done(null), await sandbox.Clients.Host.CancelBookingByKey("late", Ct));
        var refused = Assert.IsType<ProviderAnswer<HostBooking>.Refused>(await sandbox.Clients.Host.CreateBooking(request, "late", Ct));
        Assert.Equal((409, "key_cancelled"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("time_out_after_work", true)]
    [InlineData("cut_after_work", true)]
    [InlineData("cut_before_work", false)]
    [InlineData("status", false)]
    public async Task A_booking_without_answer_is_unknown_and_the_key_tells(string fault, bool done)
    {
        await using var sandbox = await SandboxStack.StartAsync(("Reserve:HostConnect:CallTimeout", "00:00:02"));
        var (request, _) = await FreeStay(sandbox.Clients.Host);
        await sandbox.Control(sandbox.Servers.HostConnect, "faults", new { kind = fault, method = "POST", path = "/v1/bookings", count = 1 });

        Assert.IsType<ProviderAnswer<HostBooking>.Unknown>(await sandbox.Clients.Host.CreateBooking(request, "key", Ct));
        Assert.Equal(done, (await sandbox.Clients.Host.FindBookingByKey("key", Ct)).ValueOrNull is not null);
        Assert.True((await sandbox.Clients.Host.CreateBooking(request, "key", Ct)).IsDone);
    }

    [Fact]
    public async Task What_is_not_there_is_refused_by_its_name()
    {
        await using var sandbox = await SandboxStack.StartAsync();
        var host = sandbox.Clients.Host;
        var (request, _) = await FreeStay(host);
        Assert.Equal("city_not_found", Assert.IsType<ProviderAnswer<HostPage<HostProperty>>.Refused>(await host.ListProperties("nowhere", null, null, null, Ct)).Code);
        Assert.Equal(
            "room_type_not_found",
            Assert.IsType<ProviderAnswer<HostBooking>.Refused>(await host.CreateBooking(request with { RoomTypeId = Guid.CreateVersion7() }, "k", Ct)).Code);
        Assert.Equal("booking_not_found", Assert.IsType<ProviderAnswer<HostBooking>.Refused>(await host.CancelBooking(Guid.CreateVersion7(), Ct)).Code);
        await using var stranger = new ProviderHost(sandbox.Servers.HostConnect.ToString());
        Assert.Equal("unauthorized", Assert.IsType<ProviderAnswer<HostBooking?>.Refused>(await stranger.Host.FindBookingByKey("k", Ct)).Code);
    }

    /// <summary>Two nights that can be booked, and the Host's version before they are.</summary>
    private static async Task<(HostBookingRequest Request, long Version)> FreeStay(HostConnectClient host)
    {
        var from = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(30);
        var rooms = (await All(cursor => host.ListRoomTypes(City, null, cursor, null, Ct))).Items.Where(room => room.Active && room.MaxOccupancy >= 2).ToDictionary(room => room.Id);
        var page = await All(cursor => host.ListAvailability(City, from, from.AddDays(60), null, cursor, null, Ct));
        foreach (var room in page.Items.Where(room => rooms.ContainsKey(room.RoomTypeId)))
        {
            for (var night = 0; night + 2 < room.Nights.Length; night++)
            {
                var (first, second, last) = (room.Nights[night], room.Nights[night + 1], room.Nights[night + 2]);
                if (Free(first) && Free(second) && first.MinStay <= 2 && first.MaxStay >= 2 && !first.ClosedToArrival && !last.ClosedToDeparture)
                {
                    var request = new HostBookingRequest(
                        room.RoomTypeId, first.Date, last.Date, 2, 0, new HostGuest("Ana", "Souza", "ana@example.com", null),
                        first.Price + second.Price ?? 640m, "BRL", "RC-TEST");
                    return (request, page.Version);
                }
            }
        }

        throw new InvalidOperationException("no room in town");
    }

    private static bool Free(HostNight night) => night.IsOpen && night.Sold < night.Allotment;

    private static async Task<HostPage<T>> All<T>(Func<string?, Task<ProviderAnswer<HostPage<T>>>> page)
    {
        var items = new List<T>();
        long? version = null;
        string? cursor = null;
        do
        {
            var read = (await page(cursor)).ValueOrNull ?? throw new InvalidOperationException("a page is missing");
            items.AddRange(read.Items);
            version ??= read.Version;
            cursor = read.NextCursor;
        }
        while (cursor is not null);
        return new HostPage<T>(items, null, version.Value);
    }
}
