namespace ReserveConnect.Inventory.Search;

/// <summary>What a search asks of a property and its units apart from the nights.</summary>
internal sealed class PropertyFilter(string? text, IReadOnlyList<string> amenities, string? propertyType)
{
    private readonly string[] _words = [.. Text.Fold(text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    private readonly string[] _amenities = [.. amenities.Select(Text.Fold)];

    public bool Fits(IndexedProperty property)
    {
        if (propertyType is not null && !string.Equals(property.Card.PropertyType, propertyType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var word in _words)
        {
            if (!property.SearchText.Contains(word, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    public bool Fits(IndexedProperty property, IndexedUnit unit)
    {
        foreach (var amenity in _amenities)
        {
            if (!property.Amenities.Contains(amenity) && !unit.Amenities.Contains(amenity))
            {
                return false;
            }
        }

        return true;
    }
}
