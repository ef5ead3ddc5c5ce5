using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ReserveConnect.Providers;
using ReserveConnect.Providers.HostConnect;
using Xunit;

namespace ReserveConnect.Tests.Providers.HostConnect;

public sealed class HostConnectClientTests
{
    private static readonly DateOnly Friday = new(2026, 12, 4);

    private static readonly HostBookingRequest Booking = new(
        Guid.CreateVersion7(), Friday, Friday.AddDays(2), 2, 1, new HostGuest("Ana", "Souza", "ana@example.com", null), 1240.00m, "BRL", "RC-1");

    private const string Booked = """
        {"id":"0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d","idempotency_key":"key","status":"confirmed","room_type_id":"5f0c2f0e-6f37-5d55-9f2e-6a3a0f1f8b11",
         "check_in":"2026-12-04","check_out":"2026-12-06","adults":2,"children":1,"channel_reference":"RC-1","created_at":"2026-11-22T12:00:00.000Z","version":7}
        """;

    private static readonly HostBooking BookedRecord = new(
        new Guid("0199d0a2-8c11-7a53-a7d1-0d6f4f1b2c3d"), "key", HostBookingStatus.Confirmed, new Guid("5f0c2f0e-6f37-5d55-9f2e-6a3a0f1f8b11"),
        Friday, Friday.AddDays(2), 2, 1, "RC-1", new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), 7);

    [Fact]
    public async Task Every_request_is_one_of_the_contract()
    {
        await using var server = new FaultServer(FaultServer.Answer(404, "{}"));
        await using var clients = new ProviderHost(server.Url);
        var host = clients.Host;

        await host.ListProperties("urubici", null, null, null, CancellationToken.None);
        await host.ListProperties("urubici", 17, "a/b+c=", 5, CancellationToken.None);
        await host.ListRoomTypes("urubici", 17, "next", 500, CancellationToken.None);
        await host.ListPropertyRoomTypes(Guid.CreateVersion7(), CancellationToken.None);
        await host.ListAvailability("urubici", Friday, Friday.AddDays(365), 17, "next", null, CancellationToken.None);
        await host.CreateBooking(Booking, "key", CancellationToken.None);
        await host.FindBookingByKey("a key/with ?", CancellationToken.None);
        await host.ChangeBooking(Guid.CreateVersion7(), new HostBookingChange(CheckOut: Friday.AddDays(3)), "change", CancellationToken.None);
        await host.CancelBooking(Guid.CreateVersion7(), CancellationToken.None);
        await host.CancelBookingByKey("key", CancellationToken.None);

        Assert.Equal(10, server.Requests.Count);
        foreach (var request in server.Requests)
        {
            HostContract.AssertRequest(request);
            Assert.Equal("Bearer host-secret-key", request.Headers["Authorization"]);
            Assert.Contains("gzip", request.Headers["Accept-Encoding"], StringComparison.Ordinal);
        }

        var targets = server.Requests.Select(request => request.Target).ToArray();
        Assert.Equal("/v1/cities/urubici/properties?limit=5&updated_since_version=17&cursor=a%2Fb%2Bc%3D", targets[1]);
        Assert.Equal("/v1/cities/urubici/availability?from=2026-12-04&to=2027-12-04&limit=100&since_version=17&cursor=next", targets[4]);
        Assert.Equal("/v1/bookings/by-key/a%20key%2Fwith%20%3F", targets[6]);
        Assert.Equal("""{"check_out":"2026-12-07"}""", server.Requests.ElementAt(7).Text);
    }

    [Fact]
    public async Task A_booking_is_read()
    {
        HostContract.AssertValid("Booking", Booked);
        await using var server = new FaultServer(FaultServer.Answer(201, Booked));
        await using var clients = new ProviderHost(server.Url);
        Assert.Equal(BookedRecord, (await clients.Host.CreateBooking(Booking, "key", CancellationToken.None)).ValueOrNull);
        Assert.Equal(BookedRecord, (await clients.Host.FindBookingByKey("key", CancellationToken.None)).ValueOrNull);
    }

    [Fact]
    public async Task The_Hosts_no_has_its_code()
    {
        await using var server = new FaultServer(FaultServer.Answer(
            409, """{"type":"https://hostconnect.example/problems/no_availability","title":"No availability","status":409,"code":"no_availability","detail":"Sold out."}"""));
        await using var clients = new ProviderHost(server.Url);
        Assert.Equal(
            new ProviderAnswer<HostBooking>.Refused(409, "no_availability", "Sold out."),
            await clients.Host.CreateBooking(Booking, "key", CancellationToken.None));
    }

    [Fact]
    public async Task That_there_is_no_booking_is_an_answer()
    {
        await using var server = new FaultServer(FaultServer.Answer(404, """{"code":"booking_not_found","title":"No"}"""));
        await using var clients = new ProviderHost(server.Url);
        Assert.Equal(new ProviderAnswer<HostBooking?>.Done(null), await clients.Host.FindBookingByKey("key", CancellationToken.None));
    }

    [Fact]
    public async Task A_key_is_cancelled_with_and_without_a_booking()
    {
        await using var server = new FaultServer(
            FaultServer.Answer(200, $$"""{"idempotency_key":"key","status":"cancelled","booking":{{Booked.Replace("confirmed", "cancelled", StringComparison.Ordinal)}}}"""),
            FaultServer.Answer(200, """{"idempotency_key":"key","status":"cancelled","booking":null}"""));
        await using var clients = new ProviderHost(server.Url);
        Assert.Equal(
            BookedRecord with { Status = HostBookingStatus.Cancelled }, (await clients.Host.CancelBookingByKey("key", CancellationToken.None)).ValueOrNull);
        Assert.Equal(new ProviderAnswer<HostBooking?>.Done(null), await clients.Host.CancelBookingByKey("key", CancellationToken.None));
    }

    [Theory]
    [InlineData("\"status\":\"confirmed\"", "\"status\":\"waitlisted\"")]
    [InlineData("\"status\":\"confirmed\"", "\"status\":0")]
    [InlineData("\"adults\":2,", "")]
    [InlineData("\"idempotency_key\":\"key\"", "\"idempotency_key\":null")]
    [InlineData("2026-12-04", "2026-13-04")]
    public async Task A_booking_that_is_not_understood_is_unknown(string part, string by)
    {
        await using var server = new FaultServer(FaultServer.Answer(201, Booked.Replace(part, by, StringComparison.Ordinal)));
        await using var clients = new ProviderHost(server.Url);
        Assert.IsType<ProviderAnswer<HostBooking>.Unknown>(await clients.Host.CreateBooking(Booking, "key", CancellationToken.None));
    }

    [Fact]
    public async Task Nights_are_read_in_any_order_of_fields_and_with_fields_unknown()
    {
        const string page = """
            {"items":[{"room_type_id":"5f0c2f0e-6f37-5d55-9f2e-6a3a0f1f8b11","nights":[
              {"version":9,"date":"2028-02-29","note":{"a":[1,{}]},"allotment":3,"sold":1,"price":349.9,"is_open":true,"min_stay":2,"max_stay":30,
               "closed_to_arrival":false,"closed_to_departure":true}]},
             {"nights":[],"room_type_id":"5f0c2f0e-6f37-5d55-9f2e-6a3a0f1f8b12"}],
             "next_cursor":"n","version":12}
            """;
        await using var server = new FaultServer(FaultServer.Answer(200, page));
        await using var clients = new ProviderHost(server.Url);
        var read = (await clients.Host.ListAvailability("urubici", Friday, Friday.AddDays(1), null, null, null, CancellationToken.None)).ValueOrNull!;
        Assert.Equal(("n", 12), (read.NextCursor, read.Version));
        Assert.Equal([new HostNight(new DateOnly(2028, 2, 29), 3, 1, 349.9m, true, 2, 30, false, true, 9)], read.Items[0].Nights);
        Assert.Empty(read.Items[1].Nights);
    }

    [Theory]
    [InlineData("\"price\":null,")]
    [InlineData("")]
    public async Task A_night_without_a_price_of_its_own_is_read_as_such(string price)
    {
        var page = Page(rooms: 1, nights: 1);
        Assert.Contains("\"price\":100.00,", page, StringComparison.Ordinal);
        await using var server = new FaultServer(FaultServer.Answer(200, page.Replace("\"price\":100.00,", price, StringComparison.Ordinal)));
        await using var clients = new ProviderHost(server.Url);
        var read = (await clients.Host.ListAvailability("urubici", Friday, Friday.AddDays(1), null, null, null, CancellationToken.None)).ValueOrNull!;
        Assert.Empty(read.Broken);
        Assert.Null(Assert.Single(read.Items[0].Nights).Price);
    }

    [Theory]
    [InlineData("\"sold\":1,", "")]
    [InlineData("\"sold\":1,", "\"sold\":null,")]
    [InlineData("\"sold\":1,", "\"sold\":1.5,")]
    [InlineData("\"sold\":1,", "\"sold\":99999999999,")]
    [InlineData("2026-12-04", "2026-02-29")]
    [InlineData("2026-12-04", "04/12/2026")]
    [InlineData("2026-12-04", "2026-12-4")]
    [InlineData("true", "\"yes\"")]
    [InlineData("100.00", "\"100.00\"")]
    [InlineData("}]}]", "}}]")]
    public async Task Nights_that_are_not_understood_spoil_nothing_but_themselves(string part, string by)
    {
        var page = Page(rooms: 1, nights: 1);
        Assert.Contains(part, page, StringComparison.Ordinal);
        await using var server = new FaultServer(FaultServer.Answer(200, page.Replace(part, by, StringComparison.Ordinal)));
        await using var clients = new ProviderHost(server.Url, ("Retries", "0"));
        var read = (await clients.Host.ListAvailability("urubici", Friday, Friday.AddDays(1), null, null, null, CancellationToken.None)).ValueOrNull!;
        Assert.Single(read.Broken);
        Assert.All(read.Items, room => Assert.Empty(room.Nights));
    }

    [Fact]
    public async Task A_page_that_is_cut_off_is_no_page()
    {
        await using var server = new FaultServer(FaultServer.Answer(200, Page(rooms: 2, nights: 2)[..^20]));
        await using var clients = new ProviderHost(server.Url, ("Retries", "0"));
        Assert.IsType<ProviderAnswer<HostPage<HostAvailability>>.Unknown>(
            await clients.Host.ListAvailability("urubici", Friday, Friday.AddDays(1), null, null, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_compressed_page_is_read_whole()
    {
        const int rooms = 100, nights = 365;
        HostContract.AssertValid("AvailabilityPage", Page(rooms: 1, nights: 3));
        await using var server = new FaultServer(FaultServer.Answer(200, Gzip(Page(rooms, nights)), "Content-Encoding: gzip\r\n"));
        await using var clients = new ProviderHost(server.Url);
        var read = (await clients.Host.ListAvailability("urubici", Friday, Friday.AddDays(nights), null, null, rooms, CancellationToken.None)).ValueOrNull!;

        Assert.Equal(rooms, read.Items.Count);
        Assert.All(read.Items, room => Assert.Equal(nights, room.Nights.Length));
        Assert.Equal(Friday.AddDays(364), read.Items[99].Nights[364].Date);
    }

    /// <summary>A city is a million nights: what a night costs to read has to stay near what it takes to keep, 64 bytes.</summary>
    [Fact]
    public void A_night_is_read_with_little_memory()
    {
        const int rooms = 20, nights = 365;
        using var page = new MemoryStream(Encoding.UTF8.GetBytes(Page(rooms, nights)));
        JsonSerializer.Deserialize(page, HostConnectJson.Default.HostPageHostAvailability);
        page.Position = 0;

        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = JsonSerializer.Deserialize(page, HostConnectJson.Default.HostPageHostAvailability);
        var perNight = (GC.GetAllocatedBytesForCurrentThread() - before) / (rooms * nights);

        Assert.Equal(rooms, read!.Items.Count);
        Assert.InRange(perNight, 40, 160);
    }

    private static string Page(int rooms, int nights)
    {
        var json = new StringBuilder("{\"items\":[");
        for (var room = 0; room < rooms; room++)
        {
            json.Append(room == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"room_type_id\":\"5f0c2f0e-6f37-5d55-9f2e-{room:000000000000}\",\"nights\":[");
            for (var night = 0; night < nights; night++)
            {
                json.Append(night == 0 ? "" : ",").Append(
                    CultureInfo.InvariantCulture,
                    $"{{\"date\":\"{Friday.AddDays(night):yyyy-MM-dd}\",\"allotment\":2,\"sold\":1,\"price\":{100 + (night % 50)}.00,\"is_open\":true,\"min_stay\":1,\"max_stay\":30,\"closed_to_arrival\":false,\"closed_to_departure\":false,\"version\":{night + 1}}}");
            }

            json.Append("]}");
        }

        return json.Append("],\"next_cursor\":null,\"version\":4711}").ToString();
    }

    private static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
