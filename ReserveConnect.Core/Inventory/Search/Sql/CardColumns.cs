namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>The columns of a property's card; a row may have none of them.</summary>
internal abstract record CardColumns
{
    public Guid Id { get; init; }

    public int Number { get; init; }

    public string Slug { get; init; } = "";

    public string Name { get; init; } = "";

    public string PropertyType { get; init; } = "";

    public string? Address { get; init; }

    public double? Latitude { get; init; }

    public double? Longitude { get; init; }

    public decimal? Rating { get; init; }

    public int ReviewsCount { get; init; }

    public string CancellationPolicy { get; init; } = "";

    public string Amenities { get; init; } = "[]";

    public string Images { get; init; } = "[]";

    /// <summary>The columns of a table of properties.</summary>
    public static string Of(string table) =>
        $"""
        {table}.id, {table}.number, {table}.slug, {table}.name, {table}.property_type, {table}.address, {table}.latitude, {table}.longitude,
        {table}.rating, {table}.reviews_count, {table}.cancellation_policy, {table}.amenities_cached::text AS amenities,
        {table}.images_cached::text AS images
        """;

    public PropertyCard ToCard() => new(
        Id, Slug, Name, PropertyType, Address, Latitude, Longitude, Rating, ReviewsCount, CancellationPolicy,
        UnitOfferSql.List<string>(Amenities), [.. UnitOfferSql.List<string>(Images).Take(PropertyCard.MostImages)])
    { Number = Number };
}
