using System.Collections.Immutable;

namespace ReserveConnect.Inventory.Search;

/// <summary>
/// What many units of a city have alike, once in memory: codes, names of properties, policies, taxes. Read row by row they
/// would take more than the nights.
/// </summary>
internal sealed class CataloguePool(SearchCity city)
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal) { [city.TimeZone] = city.TimeZone, [city.Currency] = city.Currency };
    private readonly Dictionary<string, CancellationPolicyCopy> _policies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<TaxRate>> _taxes = new(StringComparer.Ordinal);

    /// <summary>The card with what it shares.</summary>
    public PropertyCard Share(PropertyCard card) => card with
    {
        Name = Share(card.Name),
        PropertyType = Share(card.PropertyType),
        CancellationPolicy = Share(card.CancellationPolicy),
        Amenities = Share([.. card.Amenities]),
    };

    /// <summary>The offer with what it shares.</summary>
    public UnitOffer Share(UnitOffer offer) => offer with
    {
        PropertyName = Share(offer.PropertyName),
        UnitName = Share(offer.UnitName),
        TimeZone = Share(offer.TimeZone),
        Plans = new RatePlans(Share(offer.Plans.Standard), [.. offer.Plans.Seasons.Select(Share)]),
        Taxes = Share(_taxes, string.Join('|', offer.Taxes), offer.Taxes),
        CancellationPolicy = Share(_policies, offer.CancellationPolicy.Code, offer.CancellationPolicy),
    };

    /// <summary>Codes, each once in memory.</summary>
    public string[] Share(string[] codes) => codes.Length == 0 ? [] : Array.ConvertAll(codes, Share);

    private RatePlan Share(RatePlan plan) => plan with { Currency = Share(plan.Currency) };

    private string Share(string text) => Share(_texts, text, text);

    private static T Share<T>(Dictionary<string, T> known, string key, T value) =>
        known.TryGetValue(key, out var shared) ? shared : known[key] = value;
}
