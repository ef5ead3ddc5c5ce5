using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

[TakesLong]
public sealed class KillTests
{
    private const int MostWrites = 100;

    /// <summary>
    /// Process k ends what process k - 1 left when it was killed at its write k - 1, then is killed at write k of its own
    /// run; until a process survives, because its run has fewer writes.
    /// </summary>
    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task Killed_at_every_write_of_ten_steps_it_ends_as_if_it_had_not_been(string moment)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using (var table = new NpgsqlCommand(TenSteps.EffectsTable, connection))
            await table.ExecuteNonQueryAsync();

        var kills = 0;
        for (var previous = ""; ; previous = TenSteps.Run(moment, kills))
        {
            Assert.InRange(kills, 0, MostWrites);
            var (exit, output) = await ChildAsync(database.ConnectionString, moment, kills + 1, previous);
            if (exit == 0)
            {
                Assert.Equal(TenSteps.Survived, output.Trim());
                break;
            }

            // 128 + SIGKILL: it was killed, it did not crash.
            Assert.Equal(137, exit);
            kills++;
        }

        // Start, ten steps with a result each, a timer, an event, a child: a run has at least that many writes.
        Assert.InRange(kills, 12, MostWrites);
        for (var write = 1; write <= kills + 1; write++)
            await AssertWholeAsync(connection, TenSteps.Run(moment, write));
    }

    private static async Task AssertWholeAsync(NpgsqlConnection connection, string run)
    {
        await using var command = new NpgsqlCommand("""
            SELECT i.status, i.output, e.step, e.value
            FROM durable.instances AS i
            JOIN effects AS e ON e.run = i.instance_id
            WHERE i.instance_id = $1
            """, connection);
        command.Parameters.AddWithValue(run);
        var steps = new Dictionary<string, string>();
        string[] output = [];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            Assert.Equal(1, reader.GetInt16(0));
            output = JsonSerializer.Deserialize<string[]>(reader.GetString(1))!;
            steps.Add(reader.GetString(2), reader.GetString(3));
        }

        // The key of the effects table makes each of them unique; here they are all there, and no others.
        Assert.Equal(TenSteps.Steps.Order(), steps.Keys.Order());
        Assert.Equal("card", steps["event"]);
        Assert.Equal(output[0], steps["id"]);
        Assert.Equal(
            TenSteps.Steps.Where(step => step != "child one").Select(step => $"{step} done"), output[1..]);
    }

    private static async Task<(int Exit, string Output)> ChildAsync(string connectionString, string moment, int write, string previous)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            typeof(KillTests).Assembly.Location, "durable-ten-steps", connectionString, moment, write.ToString(CultureInfo.InvariantCulture), previous,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"the child for '{moment}' write {write} did not end");
        }

        var (said, complained) = (await output, await errors);
        Assert.True(complained.Length == 0, complained);
        return (process.ExitCode, said);
    }
}
