using System.Collections.Frozen;
using Dapper;
using Npgsql;
using ReserveConnect.Inventory.Amenities;

namespace ReserveConnect.Inventory.Search;

/// <summary>The standard vocabulary (<c>reserve.amenities</c>) and the terms that stand for its codes.</summary>
internal sealed class AmenityCodes
{
    /// <summary>More bits than codes may have.</summary>
    public const int Most = 128;

    private readonly FrozenDictionary<string, int> _bits;
    private readonly FrozenDictionary<string, string> _codes;
    private readonly string?[] _byBit = new string?[Most];

    private AmenityCodes(IReadOnlyList<(string Code, short Bit)> codes, IEnumerable<(string Term, string Code)> terms)
    {
        _bits = codes.ToFrozenDictionary(c => c.Code, c => (int)c.Bit, StringComparer.Ordinal);
        _codes = terms.Concat(codes.Select(c => (Term: AmenityTerm.Fold(c.Code), c.Code)))
            .DistinctBy(t => t.Term)
            .ToFrozenDictionary(t => t.Term, t => t.Code, StringComparer.Ordinal);
        foreach (var (code, bit) in codes)
        {
            _byBit[bit] = code;
        }
    }

    /// <summary>A vocabulary without other terms.</summary>
    public static AmenityCodes Of(IReadOnlyList<(string Code, short Bit)> codes) => new(codes, []);

    /// <summary>Reads the vocabulary.</summary>
    public static async Task<AmenityCodes> LoadAsync(NpgsqlConnection connection) => new(
        [.. await connection.QueryAsync<(string, short)>("SELECT code, bit FROM reserve.amenities")],
        await connection.QueryAsync<(string, string)>("SELECT term, code FROM reserve.amenity_terms WHERE code IS NOT NULL"));

    /// <summary>The code with a bit; null if there is none.</summary>
    public string? Code(int bit) => _byBit[bit];

    /// <summary>The code that a guest's word stands for; null if it is unknown.</summary>
    public string? Find(string word) => _codes.GetValueOrDefault(AmenityTerm.Fold(word));

    /// <summary>Codes as bits; what is no code is left out.</summary>
    public AmenitySet Set(IEnumerable<string> codes)
    {
        var set = default(AmenitySet);
        foreach (var code in codes)
        {
            set = _bits.TryGetValue(code, out var bit) ? set.With(bit) : set;
        }

        return set;
    }
}
