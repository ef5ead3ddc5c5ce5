namespace ReserveConnect.Inventory.Search;

/// <summary>A rectangle on the map, in degrees. A box that crosses the date line has its west east of its east.</summary>
public sealed record GeoBox(double South, double West, double North, double East)
{
    /// <summary>Whether a property has coordinates, and they lie in the box.</summary>
    public bool Contains(PropertyCard property)
    {
        if (property.Latitude is not { } latitude || property.Longitude is not { } longitude || latitude < South || latitude > North)
        {
            return false;
        }

        return West <= East ? longitude >= West && longitude <= East : longitude >= West || longitude <= East;
    }
}
