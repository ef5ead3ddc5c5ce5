namespace ReserveConnect.Inventory.Search;

/// <summary>A place on the map, in degrees.</summary>
public readonly record struct GeoPoint(double Latitude, double Longitude)
{
    /// <summary>Mean radius of the Earth in metres (IUGG).</summary>
    public const double EarthRadius = 6_371_008.8;

    /// <summary>Metres over the Earth's surface by the haversine formula, to the nearest whole one; a half is rounded up.</summary>
    public long MetresTo(double latitude, double longitude)
    {
        var a = Square(Math.Sin(Radians(latitude - Latitude) / 2))
            + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(latitude)) * Square(Math.Sin(Radians(longitude - Longitude) / 2)));
        return (long)Math.Floor((2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(a)))) + 0.5);
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static double Square(double x) => x * x;
}
