using System.Globalization;
using ReserveConnect.Launcher.Commands;

namespace ReserveConnect.Trials.Replay;

/// <summary>What <c>./reserve replay</c> was asked for.</summary>
/// <param name="File">The bookings.</param>
/// <param name="Rows">How many of them, from the first; null: all.</param>
/// <param name="Seed">Decides what the file does not say.</param>
/// <param name="Guests">How many act at the same time.</param>
/// <param name="Json">Where the report goes as JSON too; null: nowhere.</param>
internal sealed record ReplayOptions(string File, int? Rows, int Seed, int Guests, string? Json)
{
    private const int UsualGuests = 24;

    /// <summary>The world has 128 connections.</summary>
    private const int MostGuests = 100;

    public static readonly string Usage =
        $"""
        ./reserve replay FILE [--rows N] [--seed S] [--guests G] [--json FILE]
          FILE         bookings as CSV, or .csv.gz: ../shared/data/resort-bookings.csv.gz
          --rows N     the first N of them
          --seed S     what the file does not say is drawn from it, 1 by default
          --guests G   guests who act at the same time, {UsualGuests} by default, {MostGuests} at most
          --json FILE  the report as JSON too
        """;

    /// <exception cref="UsageException">Something cannot be understood.</exception>
    public static ReplayOptions Parse(string[] arguments)
    {
        var line = new CommandLine(arguments);
        var rows = line.Option("--rows", text => Number(text, 1, int.MaxValue));
        var seed = line.Option("--seed", text => Number(text, 0, int.MaxValue));
        var guests = line.Option("--guests", text => Number(text, 1, MostGuests));
        var json = line.Option("--json");
        var file = line.Word() ?? throw new UsageException("which file?");
        line.End();
        return file.StartsWith("--", StringComparison.Ordinal)
            ? throw new UsageException($"unknown: {file}")
            : new(file, rows, seed ?? 1, guests ?? UsualGuests, json);
    }

    private static (bool Ok, int Number) Number(string text, int least, int most) =>
        (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most, number);
}
