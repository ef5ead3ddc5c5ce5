namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>The parameters of the statements of a search; each statement takes those that it names.</summary>
/// <param name="City">Its id.</param>
/// <param name="First">Earliest day of arrival, not before today in the city.</param>
/// <param name="To">Latest day of departure.</param>
/// <param name="Nights">How many.</param>
/// <param name="End">First day that is not searched any more: the index does not have it.</param>
/// <param name="Today">Local date in the city.</param>
/// <param name="Guests">A unit must take as many.</param>
/// <param name="Types">Property types as they are written in the city; null: any.</param>
/// <param name="TextNumbers">Numbers of the properties that the text fits, null without a text.</param>
/// <param name="TextPoints">The points of each.</param>
/// <param name="Property">The only property that is looked at; null: all of the city.</param>
internal sealed record SearchValues(
    Guid City,
    DateOnly First,
    DateOnly To,
    int Nights,
    DateOnly End,
    DateOnly Today,
    int Guests,
    CatalogueFilter Filter,
    SeenProperties Seen,
    string[]? Types,
    int[]? TextNumbers,
    int[]? TextPoints,
    decimal? PriceMin = null,
    decimal? PriceMax = null,
    int Limit = 0,
    bool WithFacets = false,
    Guid? Property = null)
{
    // No parameters themselves.
    private CatalogueFilter Filter { get; } = Filter;

    private SeenProperties Seen { get; } = Seen;

    /// <summary>Latest day of arrival.</summary>
    public DateOnly Last => To.AddDays(-Nights);

    public string[] Amenities => [.. Filter.Amenities];

    public string[]? Policies => Filter.CancellationPolicies.Count == 0 ? null : [.. Filter.CancellationPolicies];

    public decimal? RatingMin => Filter.RatingMin;

    public bool HasBox => Filter.Box is not null;

    public double? South => Filter.Box?.South;

    public double? West => Filter.Box?.West;

    public double? North => Filter.Box?.North;

    public double? East => Filter.Box?.East;

    public double? Latitude => Filter.Point?.Latitude;

    public double? Longitude => Filter.Point?.Longitude;

    public decimal? RadiusKm => Filter.RadiusKm;

    public int[] SeenNumbers => [.. Seen.Numbers];

    public decimal[] RatingSteps => [.. SearchFacets.RatingSteps];
}
