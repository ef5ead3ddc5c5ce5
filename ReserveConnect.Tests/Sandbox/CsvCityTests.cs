using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ReserveConnect.Sandbox;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using ReserveConnect.Tests.Providers.HostConnect;
using Xunit;

namespace ReserveConnect.Tests.Sandbox;

public sealed class CsvCityTests
{
    private const string Listings = """
        id,name,description,picture_url,neighbourhood,latitude,longitude,property_type,room_type,accommodates,bathrooms_text,bedrooms,beds,amenities,price,minimum_nights,maximum_nights,review_scores_rating,number_of_reviews,instant_bookable
        7,"Loft ""Água"", centro","Sol &amp; mar.<br /><br />Perto de <b>tudo</b>",https://images.example/7.jpg,Centro,-28.01,-49.59,Entire loft,Entire home/apt,4,1 bath,1,2,"[""Wifi"", ""Kitchen""]","$1,250.00",1,3,4.91,12,t
        8,,,,,-28.02,-49.58,Room in boutique hotel,Hotel room,2,1 bath,1,,[],,14,365,,0,f
        9,Sem calendário,,,,-28.02,-49.58,Houseboat,Entire home/apt,2,1 bath,1,1,[],80.00,2,365,,0,f

        """;

    private const string Calendar = """
        listing_id,date,available,price,minimum_nights,maximum_nights
        7,2024-06-29,t,100.00,2,60
        7,2024-06-30,f,110.50,3,1125
        8,2024-06-29,t,70.00,1,2147483647
        8,2024-07-01,t,,1,30
        7,2024-07-01,t,"$1,120.00",1,30

        """;

    [Fact]
    public async Task A_listing_becomes_a_property_with_one_room_type()
    {
        using var folder = new ScratchFolder();
        await WriteAsync(folder.Path, Listings, Calendar);
        await using var sandbox = await StartAsync(folder.Path);

        var properties = await sandbox.Host.ReadAsync("/v1/cities/vila-nova/properties");
        var rooms = await sandbox.Host.ReadAsync("/v1/cities/vila-nova/room-types");
        var loft = Named(properties, "Loft \"Água\", centro");
        var hotel = Named(properties, "Listing 8");
        var room = Named(rooms, "Loft \"Água\", centro");

        HostContract.AssertValid("PropertyPage", properties.Text);
        HostContract.AssertValid("RoomTypePage", rooms.Text);
        Assert.Equal(2, properties.Json.GetProperty("items").GetArrayLength());
        Assert.Equal("Sol & mar.\n\nPerto de tudo", loft.GetProperty("description").GetString());
        Assert.Equal("loft-agua-centro-7", loft.GetProperty("slug").GetString());
        Assert.Equal(("apartment", "flexible", 4.91m), (loft.GetProperty("property_type").GetString(), loft.GetProperty("cancellation_policy").GetString(), loft.GetProperty("rating").GetDecimal()));
        Assert.Equal(("hotel", "strict"), (hotel.GetProperty("property_type").GetString(), hotel.GetProperty("cancellation_policy").GetString()));
        Assert.Equal(["Wifi", "Kitchen"], loft.GetProperty("amenities").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal((4, 1250.00m), (room.GetProperty("max_occupancy").GetInt32(), room.GetProperty("rate_plan").GetProperty("base_price").GetDecimal()));
        Assert.Equal(loft.GetProperty("id").GetString(), room.GetProperty("property_id").GetString());
        Assert.Equal(70.00m, Named(rooms, "Listing 8").GetProperty("rate_plan").GetProperty("base_price").GetDecimal());
    }

    [Fact]
    public async Task The_calendar_begins_today_and_what_it_lacks_is_closed()
    {
        using var folder = new ScratchFolder();
        await WriteAsync(folder.Path, Listings, Calendar);
        await using var sandbox = await StartAsync(folder.Path);
        var rooms = await sandbox.Host.ReadAsync("/v1/cities/vila-nova/room-types");
        var nights = (await sandbox.Host.ReadAsync("/v1/cities/vila-nova/availability")).Json.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("room_type_id").GetString()!, item => item.GetProperty("nights").EnumerateArray().ToArray());
        var loft = nights[Named(rooms, "Loft \"Água\", centro").GetProperty("id").GetString()!];
        var hotel = nights[Named(rooms, "Listing 8").GetProperty("id").GetString()!];

        Assert.Equal(365, loft.Length);
        Assert.Equal(
            [(HostDesk.Text(HostDesk.Day(0)), true, (decimal?)100.00m, 2, 60), (HostDesk.Text(HostDesk.Day(1)), false, 110.50m, 3, 1125), (HostDesk.Text(HostDesk.Day(2)), true, 1120.00m, 1, 30)],
            loft[..3].Select(Plain));
        Assert.All(loft[3..], night => Assert.False(night.GetProperty("is_open").GetBoolean()));
        Assert.Equal([(true, 70.00m, 32767), (false, null, 32767), (true, null, 30)], hotel[..3].Select(n => (Plain(n).Open, Plain(n).Price, Plain(n).Max)));
    }

    [Fact]
    public async Task Ids_are_the_same_on_every_start_and_from_packed_files()
    {
        using var folder = new ScratchFolder();
        await WriteAsync(folder.Path, Listings, Calendar);
        string ids;
        await using (var sandbox = await StartAsync(folder.Path))
            ids = (await sandbox.Host.ReadAsync("/v1/cities/vila-nova/room-types")).Text;
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            await using (var packed = new GZipStream(File.Create(file + ".gz"), CompressionLevel.Fastest))
                await packed.WriteAsync(await File.ReadAllBytesAsync(file));
            File.Delete(file);
        }

        await using var again = await StartAsync(folder.Path);
        Assert.Equal(ids, (await again.Host.ReadAsync("/v1/cities/vila-nova/room-types")).Text);
    }

    [Fact]
    public async Task A_listing_may_be_a_further_room_type_and_say_how_many_there_are()
    {
        using var folder = new ScratchFolder();
        var listings = string.Join('\n', Listings.Split('\n').Select((line, row) => line + row switch { 0 => ",room_type_of,rooms", 1 => ",,", 2 => ",7,12", 3 => ",,", _ => "" }));
        await WriteAsync(folder.Path, listings, Calendar);
        await using var sandbox = await StartAsync(folder.Path);

        var property = (await sandbox.Host.ReadAsync("/v1/cities/vila-nova/properties")).Json.GetProperty("items").EnumerateArray().Single();
        var rooms = await sandbox.Host.ReadAsync("/v1/cities/vila-nova/room-types");
        var nights = (await sandbox.Host.ReadAsync("/v1/cities/vila-nova/availability")).Json.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("room_type_id").GetString()!, item => item.GetProperty("nights")[0].GetProperty("allotment").GetInt32());

        Assert.Equal("Loft \"Água\", centro", property.GetProperty("name").GetString());
        Assert.All(["Loft \"Água\", centro", "Listing 8"], name => Assert.Equal(property.GetProperty("id").GetString(), Named(rooms, name).GetProperty("property_id").GetString()));
        Assert.Equal((1, 12), (nights[Named(rooms, "Loft \"Água\", centro").GetProperty("id").GetString()!], nights[Named(rooms, "Listing 8").GetProperty("id").GetString()!]));
    }

    [Theory]
    [InlineData("a room type of nothing", "id,name,description,picture_url,neighbourhood,latitude,longitude,property_type,accommodates,beds,amenities,price,minimum_nights,review_scores_rating,number_of_reviews,instant_bookable,room_type_of\n7,x,,,,0,0,,2,1,[],1.00,1,,0,t,9\n", Calendar, "has no property")]
    [InlineData("rooms that are no number", "id,name,description,picture_url,neighbourhood,latitude,longitude,property_type,accommodates,beds,amenities,price,minimum_nights,review_scores_rating,number_of_reviews,instant_bookable,rooms\n7,x,,,,0,0,,2,1,[],1.00,1,,0,t,some\n", Calendar, "cannot read 'some'")]
    [InlineData("no files at all", null, null, "has no pair")]
    [InlineData("no such column", "id,name\n1,x\n", Calendar, "there is no column 'description'")]
    [InlineData("a date that is none", Listings, "listing_id,date,available,price,minimum_nights,maximum_nights\n7,29/06/2024,t,1,1,1\n", "cannot read '29/06/2024'")]
    [InlineData("a price that is none", Listings, "listing_id,date,available,price,minimum_nights,maximum_nights\n7,2024-06-29,t,cheap,1,1\n", "cannot read 'cheap'")]
    public async Task Files_that_cannot_be_read_stop_the_start(string why, string? listings, string? calendar, string message)
    {
        using var folder = new ScratchFolder();
        if (listings is not null && calendar is not null)
            await WriteAsync(folder.Path, listings, calendar);

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync(folder.Path));

        Assert.True(refusal.Message.Contains(message, StringComparison.Ordinal), $"{why}: {refusal.Message}");
    }

    [Fact]
    [Trait("Needs", "shared")]
    public async Task Antwerp_comes_whole_in_little_time_and_memory()
    {
        await using var sandbox = await SandboxProcess.StartAsync(("City__Directory", Path.GetFullPath(Path.Combine(TestFolders.Root, "..", "shared", "data"))));
        var (rooms, nights, open) = (0, 0, 0);
        var cursor = "";
        do
        {
            // 170 MB in all: the fields are counted where they stand.
            var page = await sandbox.Host.GetByteArrayAsync(new Uri($"/v1/cities/antwerp/availability?limit=500{cursor}", UriKind.Relative));
            rooms += page.AsSpan().Count("\"room_type_id\":"u8);
            nights += page.AsSpan().Count("\"date\":"u8);
            open += page.AsSpan().Count("\"is_open\":true"u8);
            var end = Encoding.UTF8.GetString(page.AsSpan(page.AsSpan().LastIndexOf("\"next_cursor\":"u8)));
            cursor = JsonDocument.Parse("{" + end).RootElement.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        var properties = await sandbox.Host.ReadAsync("/v1/cities/antwerp/properties?limit=500");

        Assert.Equal((2870, 1_047_550, 551_188), (rooms, nights, open));
        Assert.Equal(500, properties.Json.GetProperty("items").GetArrayLength());
        HostContract.AssertValid("PropertyPage", properties.Text);
        Assert.InRange(sandbox.Memory, 1, 300L << 20);
    }

    private static (string Date, bool Open, decimal? Price, int Min, int Max) Plain(JsonElement night) => (
        night.GetProperty("date").GetString()!,
        night.GetProperty("is_open").GetBoolean(),
        night.GetProperty("price") is { ValueKind: JsonValueKind.Number } price ? price.GetDecimal() : null,
        night.GetProperty("min_stay").GetInt32(),
        night.GetProperty("max_stay").GetInt32());

    private static JsonElement Named(Answer page, string name) =>
        page.Json.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);

    private static async Task WriteAsync(string folder, string listings, string calendar)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "vila-nova-listings.csv"), listings);
        await File.WriteAllTextAsync(Path.Combine(folder, "vila-nova-calendar.csv"), calendar);
    }

    private static Task<RunningSandbox> StartAsync(string folder) =>
        RunningSandbox.StartAsync(RunningSandbox.Options with { City = new CityOptions { Directory = folder } });
}
