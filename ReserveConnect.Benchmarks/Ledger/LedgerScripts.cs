using System.Globalization;
using System.Text;
using Dapper;
using Npgsql;
using ReserveConnect.Benchmarks.Baselines;
using ReserveConnect.Database;
using ReserveConnect.Finance;

namespace ReserveConnect.Benchmarks.Ledger;

/// <summary>
/// The same postings by the program that runs TPC-B, as the application's own login: with one client for both, their ratio is what the
/// database does, and nothing of what a client costs.
/// </summary>
internal sealed class LedgerScripts : IDisposable
{
    private readonly PgbenchProgram _program;
    private readonly BenchOptions _options;
    private readonly NpgsqlConnectionStringBuilder _target;
    private readonly string _owner;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bench-ledger-");

    private LedgerScripts(PgbenchProgram program, BenchWorld world)
    {
        _program = program;
        _options = world.Options;
        _target = new(world.Stack.FunctionsConnectionString);
        _owner = world.Stack.ConnectionString;
    }

    /// <summary>Where pgbench is on this machine; else null.</summary>
    public static LedgerScripts? Of(BenchWorld world) => PgbenchProgram.Find() is { } program ? new(program, world) : null;

    /// <summary>Posts for a round, spread over properties.</summary>
    /// <returns>Postings a second.</returns>
    public async Task<double> RunAsync(Guid[] properties, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(_owner);
        var numbers = await connection.QuerySingleAsync<(int First, int Last)>(
            "SELECT min(number), max(number) FROM reserve.properties_map WHERE id = ANY(@properties)", new { properties });
        List<string> scripts = [];
        for (var kind = 0; kind < LedgerBench.Kinds; kind++)
        {
            scripts.Add(Path.Combine(_folder.FullName, $"{kind}.sql"));
            await File.WriteAllTextAsync(scripts[^1], ScriptOf(LedgerBench.Transaction(kind, "", properties[0]), numbers), cancellation);
        }

        return await _program.RunAsync(_target, _options, scripts, DatabaseRoles.Service, cancellation);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // The property by chance, which costs a look into an index; what the application sends as parameters stands in the text, whose plan is
    // kept likewise.
    private static string ScriptOf(LedgerTransaction transaction, (int First, int Last) numbers)
    {
        const string property = "p.id";
        var entries = transaction.Entries;
        string All(string type, Func<LedgerEntry, string> of) => $"ARRAY[{string.Join(", ", entries.Select(of))}]::{type}[]";
        return new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"\\set n random({numbers.First}, {numbers.Last})")
            .Append(CultureInfo.InvariantCulture, $"SELECT reserve.post_ledger_transaction(uuidv7(), '{transaction.BusinessKey}' || uuidv7(), '{transaction.Type}', '{transaction.Currency}', ")
            .Append(CultureInfo.InvariantCulture, $"NULL, NULL, {property}, NULL, NULL, NULL, NULL, '', NULL, '\\x{Convert.ToHexString(transaction.ContentHash())}', now(), 'bench', ")
            .AppendJoin(
                ", ",
                All("uuid", _ => "uuidv7()"),
                All("text", e => $"'{e.Account}'"),
                All("text", e => e.Side == Side.Debit ? "'debit'" : "'credit'"),
                All("numeric", e => e.Amount.ToString(CultureInfo.InvariantCulture)),
                All("uuid", e => e.AccountId is null ? "NULL" : property),
                All("text", e => e.TaxType is null ? "NULL" : $"'{e.TaxType}'"))
            .AppendLine(") FROM reserve.properties_map p WHERE p.number >= :n ORDER BY p.number LIMIT 1;")
            .ToString();
    }
}
