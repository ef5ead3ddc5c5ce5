namespace ReserveConnect.Sandbox.Cities;

/// <summary>Where the Host's cities come from: CSV files of a folder, or the sample city.</summary>
internal sealed class CitySource
{
    private readonly CityOptions _options;
    private readonly IReadOnlyList<CityFiles> _files;

    private CitySource(CityOptions options, IReadOnlyList<CityFiles> files)
    {
        _options = options;
        _files = files;
        Fingerprint = files.Count == 0 ? SampleCity.Code : string.Join(", ", files.Select(f => f.Fingerprint));
    }

    /// <summary>The codes, for the name of a file.</summary>
    public string Name => _files.Count == 0 ? SampleCity.Code : string.Join('+', _files.Select(f => f.Code));

    /// <summary>Which cities, and of what size their files are; other files, other fingerprint.</summary>
    public string Fingerprint { get; }

    /// <summary>Finds the cities.</summary>
    /// <exception cref="InvalidDataException">The folder has none.</exception>
    public static CitySource Open(CityOptions options)
    {
        if (options.Directory is not { Length: > 0 } directory)
            return new CitySource(options, []);
        var files = CityFiles.Find(directory);
        return files.Count > 0
            ? new CitySource(options, files)
            : throw new InvalidDataException($"'{directory}' has no pair of <city>-listings.csv[.gz] and <city>-calendar.csv[.gz].");
    }

    /// <summary>Loads them with the first night of their calendars on <paramref name="first"/>.</summary>
    public IReadOnlyList<CitySeed> Load(DateOnly first) =>
        _files.Count == 0 ? [SampleCity.Seed(first, _options)] : [.. _files.Select(f => CsvCity.Load(f, _options))];
}
