using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Infra;

/// <summary>What the alert on an event that was set aside leads to (docs/runbooks/money.md) does what it says.</summary>
public sealed partial class RunbookTests
{
    private static readonly string[] Statements =
    [
        .. Sql().Matches(Entry().Match(File.ReadAllText(Path.Combine(TestFolders.Root, "docs", "runbooks", "money.md"))).Value).Select(m => m.Groups["sql"].Value),
    ];

    [Fact]
    public async Task An_event_that_was_set_aside_is_found_and_released_and_its_exception_closed()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        var id = Guid.CreateVersion7();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.events
                (id, event_type, aggregate_type, aggregate_id, created_at, available_at, attempts, dead_lettered_at, last_error)
            VALUES (@id, 'test.happened', 'test', @id, now(), now() + interval '5 minutes', 12, now(), 'TimeoutException');

            INSERT INTO reserve.exceptions
                (id, exception_key, exception_type, severity, title, due_at, created_at, updated_at)
            VALUES (@id, 'event_dead:' || @id, 'event_dead_lettered', 'critical', 'An event could not be processed', now(), now(), now())
            """,
            new { id });

        Assert.Equal(3, Statements.Length);
        Assert.Equal(id, await connection.QuerySingleAsync<Guid>(Statements[0]));
        await connection.ExecuteAsync(Statements[1].Replace("...", $"{id}", StringComparison.Ordinal));
        await connection.ExecuteAsync(Statements[2].Replace("...", $"{id}", StringComparison.Ordinal));

        Assert.Equal((0, true), await connection.QuerySingleAsync<(int, bool)>(
            "SELECT attempts, dead_lettered_at IS NULL AND processed_at IS NULL AND available_at <= now() FROM reserve.events"));
        Assert.Equal("resolved", await connection.QuerySingleAsync<string>("SELECT status FROM reserve.exceptions"));
    }

    [GeneratedRegex("^## An event was set aside\n.*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Entry();

    [GeneratedRegex("^```sql\n(?<sql>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Sql();
}
