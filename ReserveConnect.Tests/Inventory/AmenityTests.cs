using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Inventory.Amenities;
using ReserveConnect.Inventory.Sync;
using ReserveConnect.Sandbox.Cities;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

public sealed class AmenityTests : IAsyncLifetime
{
    private static readonly Actor Supervisor = new(ActorKind.Supervisor, Guid.Parse("0198b0a0-0000-7000-8000-0000000000ed"));
    private ScriptedHost _host = null!;
    private InventoryWorld _world = null!;

    public async Task InitializeAsync()
    {
        _host = await ScriptedHost.StartAsync();
        _world = await InventoryWorld.CreateAsync(_host.Url);
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("Wi-Fi", "wi fi")]
    [InlineData("  hot_tub ", "hot tub")]
    [InlineData("Café da manhã", "cafe da manha")]
    [InlineData("Pack ’n play/Travel crib", "pack n play travel crib")]
    [InlineData("55\" HDTV — with Netflix!", "55 hdtv with netflix")]
    [InlineData("浴室", "浴室")]
    [InlineData(" ★ ", "")]
    public void A_name_has_one_spelling(string name, string term) => Assert.Equal(term, AmenityTerm.Fold(name));

    [Fact]
    public void A_name_without_end_is_cut() => Assert.Equal(100, AmenityTerm.Fold(new string('x', 5_000)).Length);

    [Theory]
    [InlineData("Wifi", "wifi")]
    [InlineData("LAREIRA", "fireplace")]
    [InlineData("42 inch TV", "tv")]
    [InlineData("HDTV with Netflix", "tv")]
    [InlineData("Paid parking off premises", "parking_nearby")]
    [InlineData("Free parking garage on premises – 1 space", "parking")]
    [InlineData("Estacionamento coberto e gratuito", "parking")]
    [InlineData("Free washer – In unit", "washer")]
    [InlineData("Secador de cabelo", "hair_dryer")]
    [InlineData("Dyson hair dryer", "hair_dryer")]
    [InlineData("Free dryer", "dryer")]
    [InlineData("Rituals body soap", "toiletries")]
    public async Task What_the_host_calls_it_becomes_a_code(string name, string code)
    {
        var mapped = (await VocabularyAsync()).Map([name], 100);
        Assert.Equal([code], mapped.Codes);
        Assert.Empty(mapped.Unknown);
    }

    [Theory]
    [InlineData("Sem estacionamento", "sem estacionamento")]
    [InlineData("No TV", "no tv")]
    [InlineData("Vacation", "vacation")]
    public async Task What_is_denied_or_only_sounds_like_it_is_not_taken_for_it(string name, string unknown)
    {
        var mapped = (await VocabularyAsync()).Map([name], 100);
        Assert.Empty(mapped.Codes);
        Assert.Equal([unknown], mapped.Unknown);
    }

    [Fact]
    public async Task Every_code_name_and_amenity_of_the_sample_city_is_known()
    {
        var vocabulary = await VocabularyAsync();
        await using var connection = await _world.OpenAsync();
        var all = (await connection.QueryAsync<(string Code, string Pt, string En, short Bit)>("SELECT code, name_pt, name_en, bit FROM reserve.amenities")).AsList();
        Assert.InRange(all.Count, 60, 128);
        Assert.All(all, a => Assert.Equal([a.Code], vocabulary.Map([a.Code, a.Pt, a.En], 100).Codes));

        var names = SamplePlaces.All.SelectMany(place => place.Amenities).Distinct().ToArray();
        Assert.NotEmpty(names);
        Assert.Empty(vocabulary.Map(names, 1_000).Unknown);
        Assert.Equal(names.Order(StringComparer.Ordinal), vocabulary.Map(names, 1_000).Codes);
    }

    [Fact]
    [Trait("Needs", "shared")]
    public async Task Nearly_all_amenities_of_a_real_city_are_known()
    {
        var vocabulary = await VocabularyAsync();
        var occurrences = RealCity.Amenities().ToList();
        var known = occurrences.Count(name => vocabulary.Map([name], 1).Unknown.Length == 0);
        Assert.True(known >= 0.995 * occurrences.Count, $"{known} of {occurrences.Count}");
    }

    [Fact]
    public async Task Codes_are_kept_once_and_sorted_and_what_is_unknown_is_kept_beside_them()
    {
        Add("Casa", "Wi-Fi", "internet", "Churrasqueira", "Rampa de skate", "rampa de SKATE!", "", "Resort access");

        await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal(("""["barbecue", "wifi"]""", "{\"rampa de skate\"}"), await KeptAsync());
    }

    [Fact]
    public async Task Staff_see_the_commonest_unknown_first_page_by_page()
    {
        Add("A", "Zip line", "Skate ramp");
        Add("B", "Skate ramp", "Alpaca");
        await _world.SyncAsync(SyncKind.Properties);
        var unknown = _world.Get<UnknownAmenities>();

        var first = (await unknown.ListAsync(Supervisor, null, 2, CancellationToken.None)).Value;
        var second = (await unknown.ListAsync(Supervisor, first.Next, 2, CancellationToken.None)).Value;

        Assert.Equal([new("skate ramp", 2), new("alpaca", 1)], first.Items);
        Assert.Equal([new("zip line", 1)], second.Items);
        Assert.Null(second.Next);
        Assert.Equal("invalid_cursor", (await unknown.ListAsync(Supervisor, "xx", 2, CancellationToken.None)).Refusal?.Code);
    }

    [Fact]
    public async Task A_term_that_staff_map_is_mapped_at_once_wherever_it_waits()
    {
        Add("A", "Skate ramp", "wifi");
        await _world.SyncAllAsync();
        await _world.ExecuteAsync("DELETE FROM reserve.events");

        var mapping = (await MapAsync("SKATE  ramp", "playground")).Value;

        Assert.Equal(new AmenityMapping("skate ramp", "playground", 1, 0), mapping);
        Assert.Equal(("""["playground", "wifi"]""", "{}"), await KeptAsync());
        Assert.Equal(1, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.events WHERE event_type = 'inventory.changed' AND (payload ->> 'catalogue')::boolean"));
        await _world.SyncAsync(SyncKind.Properties, full: true);
        Assert.Equal(("""["playground", "wifi"]""", "{}"), await KeptAsync());
        Assert.Equal(1, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.audit_logs WHERE action = 'map_amenity'"));
    }

    [Fact]
    public async Task A_term_that_says_nothing_leaves_the_list()
    {
        Add("A", "Skate ramp");
        await _world.SyncAsync(SyncKind.Properties);

        Assert.Null((await MapAsync("Skate ramp", null)).Value.Code);

        Assert.Equal(("[]", "{}"), await KeptAsync());
    }

    [Fact]
    public async Task A_term_with_another_meaning_than_before_is_read_anew_by_the_next_job()
    {
        Add("A", "wifi", "Skate ramp");
        await _world.SyncAsync(SyncKind.Properties);
        await MapAsync("Skate ramp", "playground");
        await _world.SyncAsync(SyncKind.Properties);

        await MapAsync("Skate ramp", "gym");
        await _world.SyncAsync(SyncKind.Properties);

        Assert.Equal(("""["gym", "wifi"]""", "{}"), await KeptAsync());
    }

    [Fact]
    public async Task What_is_no_term_or_no_code_is_refused()
    {
        Assert.Equal("amenity_not_found", (await MapAsync("Skate ramp", "skate_ramp")).Refusal?.Code);
        Assert.Equal("invalid_term", (await MapAsync(" ★ ", "wifi")).Refusal?.Code);
        Assert.Equal(0, await _world.ScalarAsync<int>("SELECT count(*) FROM reserve.amenity_terms WHERE term = 'skate ramp'"));
    }

    private void Add(string name, params string[] amenities)
    {
        var property = HostRecord.Property(Guid.CreateVersion7(), name);
        property["amenities"] = new JsonArray([.. amenities.Select(a => (JsonNode)a)]);
        _host.Properties.Add(property);
    }

    private Task<Outcome<AmenityMapping>> MapAsync(string term, string? code) =>
        _world.Get<MapAmenity>().RunAsync(term, code, Supervisor, CancellationToken.None);

    private async Task<(string Codes, string Unknown)> KeptAsync()
    {
        await using var connection = await _world.OpenAsync();
        return await connection.QuerySingleAsync<(string, string)>("SELECT amenities_cached::text, amenities_unknown::text FROM reserve.properties_map");
    }

    private async Task<AmenityVocabulary> VocabularyAsync()
    {
        await using var connection = await _world.OpenAsync();
        return await AmenityVocabulary.LoadAsync(connection);
    }
}
