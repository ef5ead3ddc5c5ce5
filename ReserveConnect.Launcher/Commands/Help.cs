namespace ReserveConnect.Launcher.Commands;

/// <summary>What <c>./reserve help</c> prints.</summary>
internal static class Help
{
    private const string Text =
        """
        ./reserve run [--data DIR] [--port N] [--clock-offset T] [--azure [--app DIR]]
                              everything on this machine until Ctrl-C; data is kept in .local/
                              --data DIR        a city from {city}-listings.csv and {city}-calendar.csv (or .csv.gz)
                              --port N          where the API listens, 7071 by default
                              --clock-offset T  shifts the clock, as 1.02:30:00 or -00:10:00
                              --azure           on the Azure Functions host: Azurite and func start
                              --app DIR         a published app instead of building one
        ./reserve demo [--azure [--app DIR]]
                              a fresh start, bookings from search to ledger, then every invariant
        ./reserve test [FILTER] [--without-shared]
                              all tests, or those whose name contains FILTER
                              --without-shared  without those that read ../shared (contracts and sample data)
        ./reserve check       every invariant over the database of the last run
        ./reserve race [--seeds N] [--seed S] [--race NAME]
                              the races that others get wrong, against a fresh start, each over seeds that decide what goes wrong when
                              --seeds N         seeds of each race, 200 by default
                              --seed S          the first one; without --seeds only this one
                              --race NAME       one race alone (docs/races.md)
        ./reserve replay FILE [--rows N] [--seed S] [--guests G] [--json FILE]
                              the real bookings of a file, day by day, against a fresh start; then a report (docs/replay.md)
                              FILE              ../shared/data/resort-bookings.csv.gz
                              --rows N          the first N of them
                              --seed S          what the file does not say is drawn from it, 1 by default
                              --guests G        guests who act at the same time, 24 by default
                              --json FILE       the report as JSON too
        ./reserve bench [NAME...] [--quick] [--profile] [--data DIR]
                              the benchmarks, each beside a baseline of the same run
        ./reserve migrate [--owner ROLE] [--role ROLE [--entra-object-id ID] [--embedded]]
                              brings the database of Reserve__Database__ConnectionString to this version
                              --owner ROLE      whose the tables become
                              --role ROLE       the app's login, which may work as the app; with an id, made for that managed identity
                              --embedded        and which the embedded host's own schema belongs to
        ./reserve admin create --email ADDRESS [--another] [--password-stdin]
                              makes the first admin and shows the link that sets the password
                              --another         when there is an admin already
                              --password-stdin  reads the password instead, a line
        ./reserve psql        the connection string of the running database
        ./reserve help        this

        PostgreSQL is embedded, or the server of Reserve__Database__ConnectionString (15 to 18).
        """;

    /// <summary>Prints it and returns <paramref name="exitCode"/>.</summary>
    public static int Print(TextWriter writer, int exitCode)
    {
        writer.WriteLine(Text);
        return exitCode;
    }
}
