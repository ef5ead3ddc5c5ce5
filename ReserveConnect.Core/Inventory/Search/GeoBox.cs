namespace ReserveConnect.Inventory.Search;

/// <summary>A rectangle on the map, in degrees. A box that crosses the date line has its west east of its east.</summary>
public sealed record GeoBox(double South, double West, double North, double East)
{
    /// <summary>The whole map, and whatever has no coordinates.</summary>
    public static GeoBox Everywhere { get; } = new(-90, -180, 90, 180);

    /// <summary>Whether a property lies in the box.</summary>
    public bool Contains(PropertyCard property)
    {
        if (this == Everywhere)
        {
            return true;
        }

        if (property.Latitude is not { } latitude || property.Longitude is not { } longitude || latitude < South || latitude > North)
        {
            return false;
        }

        return West <= East ? longitude >= West && longitude <= East : longitude >= West || longitude <= East;
    }
}
