using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReserveConnect.Functions.Http;
using ReserveConnect.Functions.Inventory;
using ReserveConnect.Inventory.Search;
using Xunit;

namespace ReserveConnect.Tests.Inventory;

/// <summary>What a query string of a list comes to, before any city is looked at.</summary>
public sealed class SearchParameterTests
{
    private const string Stay = "?city=urubici&check_in=2027-03-01&check_out=2027-03-04";
    private const string Everything =
        Stay + "&adults=3&children=1&price_min=150.5&price_max=1999.99&rating_min=4.5&point=-28.015,-49.59&radius_km=12.5&box=-28.5,-49.9,-27.5,-49.1&text=casa";

    [Theory]
    [InlineData("pt-BR")]
    [InlineData("fa-IR")]
    [InlineData("sv-SE")]
    public void A_search_has_one_name_in_every_culture(string culture)
    {
        var (here, there) = (Names(CultureInfo.InvariantCulture), Names(CultureInfo.GetCultureInfo(culture)));

        Assert.Equal(here, there);

        static (string Stay, string Catalogue) Names(CultureInfo culture)
        {
            var before = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = culture;
            try
            {
                return (Read<StayParameters>(Everything).Name, Read<CatalogueParameters>("?city=urubici&guests=3&point=-28.015,-49.59&price_max=80.5&box=-28.5,-49.9,-27.5,-49.1").Name);
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }
    }

    [Theory]
    [InlineData("&text=a%7Cb&amenities=c", "&text=a&amenities=b%7Cc")]
    [InlineData("&text=a%22,%22b&amenities=c", "&text=a&amenities=%22b%22,c")]
    [InlineData("&property_type=a,b", "&property_type=a%7Cb")]
    [InlineData("&text=wifi", "&amenities=wifi")]
    [InlineData("&amenities=hotel", "&property_type=hotel")]
    [InlineData("&price_min=100", "&price_max=100")]
    [InlineData("&adults=1&children=2", "&adults=2&children=1")]
    [InlineData("", "&box=-90,-180,90,180")]
    [InlineData("", "&sort=rating")]
    [InlineData("&infants=1", "")]
    public void Different_searches_have_different_names(string one, string other) =>
        Assert.NotEqual(Read<StayParameters>(Stay + one).Name, Read<StayParameters>(Stay + other).Name);

    [Fact]
    public void A_search_and_a_look_through_the_catalogue_have_different_names() =>
        Assert.NotEqual(Read<StayParameters>(Stay).Name, Read<CatalogueParameters>("?city=urubici").Name);

    [Theory]
    [InlineData("&limit=7")]
    [InlineData("&facets=true")]
    [InlineData("&near_fits=true")]
    public void What_differs_from_page_to_page_is_no_part_of_the_name(string more) =>
        Assert.Equal(Read<StayParameters>(Stay).Name, Read<StayParameters>(Stay + more).Name);

    [Fact]
    public void Two_dates_and_the_window_that_has_room_for_them_alone_are_one_search() => Assert.Equal(
        Read<StayParameters>(Stay).Name, Read<StayParameters>("?city=urubici&from=2027-03-01&to=2027-03-04&nights=3").Name);

    [Fact]
    public void A_cursor_is_read_by_its_search_again()
    {
        var name = Read<StayParameters>(Everything).Name;
        var cursor = SearchCursor.Write(SeenProperties.Of([3, 5])!, name);

        Assert.Equal([3, 5], Read<StayParameters>($"{Everything}&cursor={cursor}").Search.Seen.Numbers);
        Assert.Equal(name, Read<StayParameters>($"{Everything}&cursor={cursor}").Name);
    }

    [Theory]
    [InlineData("amenities=,", "amenities", "required")]
    [InlineData("amenities=%20,%20,,", "amenities", "required")]
    [InlineData("property_type=,", "property_type", "required")]
    [InlineData("cancellation_policy=,,", "cancellation_policy", "required")]
    [InlineData("price_min=150.005", "price_min", "invalid_value")]
    [InlineData("price_max=150.000", "price_max", "invalid_value")]
    [InlineData("text=%EF%BF%BE", "text", "invalid_text")]
    [InlineData("text=a%EF%BF%BFb", "text", "invalid_text")]
    [InlineData("text=%EF%B7%90", "text", "invalid_text")]
    [InlineData("text=%F0%9F%BF%BE", "text", "invalid_text")]
    [InlineData("text=a%C2%85b", "text", "invalid_text")]
    [InlineData("amenities=wifi,%EF%BF%BE", "amenities", "invalid_text")]
    public void What_means_nothing_is_refused_by_name(string parameter, string field, string code)
    {
        foreach (var refusal in (Refusal?[])[Of<StayParameters>($"{Stay}&{parameter}").Refusal, Of<CatalogueParameters>($"?city=urubici&{parameter}").Refusal])
        {
            var error = Assert.Single(refusal!.Errors);
            Assert.Equal((field, code), (error.Field, error.Code));
        }
    }

    [Theory]
    [InlineData('\uD83C')]
    [InlineData('\uDFE1')]
    public void Half_of_a_pair_is_no_text(char half)
    {
        var request = new DefaultHttpContext().Request;
        request.Query = new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["city"] = "urubici", ["text"] = $"casa{half}" });

        var error = Assert.Single(QueryReader.Read<CatalogueParameters>(request).Refusal!.Errors);

        Assert.Equal(("text", "invalid_text"), (error.Field, error.Code));
    }

    [Theory]
    [InlineData("text=%F0%9F%8F%A1%20casa")]
    [InlineData("text=Chal%C3%A9")]
    [InlineData("amenities=wifi,,pool,")]
    [InlineData("price_min=150&price_max=150.99")]
    public void What_means_something_is_taken(string parameter) => Assert.Null(Of<CatalogueParameters>($"?city=urubici&{parameter}").Refusal);

    private static T Read<T>(string query)
        where T : IQuery<T> => Of<T>(query).Value;

    private static Outcome<T> Of<T>(string query)
        where T : IQuery<T>
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        return QueryReader.Read<T>(request);
    }
}
