using Dapper;
using Npgsql;

namespace ReserveConnect.Inventory.Amenities;

/// <summary>What became of a record's amenities.</summary>
/// <param name="Codes">Of the vocabulary, sorted, each once.</param>
/// <param name="Unknown">Terms without a code, sorted, each once: for staff.</param>
internal sealed record MappedAmenities(string[] Codes, string[] Unknown);

/// <summary>
/// Maps what Hosts call amenities to the codes of <c>reserve.amenities</c>: by the term itself, else by the first rule whose
/// words stand in it. Read anew for each page of a sync.
/// </summary>
internal sealed class AmenityVocabulary
{
    /// <summary>A name longer than this is no name.</summary>
    private const int LongestName = 400;

    private readonly Dictionary<string, string?> _terms;
    private readonly List<(string Words, string? Code)> _rules;
    private readonly Dictionary<string, (string? Code, string? Unknown)> _seen = new(StringComparer.Ordinal);

    internal AmenityVocabulary(IEnumerable<(string Term, string? Code)> terms, IEnumerable<(string Words, string? Code)> rules)
    {
        _terms = terms.ToDictionary(t => t.Term, t => t.Code, StringComparer.Ordinal);
        _rules = [.. rules.Select(r => ($" {r.Words} ", r.Code))];
    }

    public static async Task<AmenityVocabulary> LoadAsync(NpgsqlConnection connection)
    {
        using var rows = await connection.QueryMultipleAsync(
            """
            SELECT term, code
            FROM reserve.amenity_terms;

            SELECT words, code
            FROM reserve.amenity_rules
            ORDER BY position
            """);
        return new(await rows.ReadAsync<(string, string?)>(), await rows.ReadAsync<(string, string?)>());
    }

    /// <summary>Maps the names of one record. Empty and overlong ones are dropped.</summary>
    /// <param name="atMost">Names looked at; further ones are dropped.</param>
    public MappedAmenities Map(IReadOnlyList<string?>? names, int atMost)
    {
        SortedSet<string> codes = new(StringComparer.Ordinal);
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        foreach (var name in (names ?? []).Take(atMost))
        {
            if (name is not { Length: > 0 and <= LongestName })
            {
                continue;
            }

            if (!_seen.TryGetValue(name, out var found))
            {
                _seen[name] = found = Find(AmenityTerm.Fold(name));
            }

            if (found.Code is { } code)
            {
                codes.Add(code);
            }
            else if (found.Unknown is { } term)
            {
                unknown.Add(term);
            }
        }

        return new([.. codes], [.. unknown]);
    }

    private (string? Code, string? Unknown) Find(string term)
    {
        if (term.Length == 0)
        {
            return default;
        }

        if (_terms.TryGetValue(term, out var known))
        {
            return (known, null);
        }

        var padded = $" {term} ";
        foreach (var (words, code) in _rules)
        {
            if (padded.Contains(words, StringComparison.Ordinal))
            {
                return (code, code is null ? term : null);
            }
        }

        return (null, term);
    }
}
