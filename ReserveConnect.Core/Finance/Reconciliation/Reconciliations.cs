using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Which reconciliations are asked for; null: whatever it is.</summary>
/// <param name="From">First day of the books.</param>
/// <param name="To">Last day of the books.</param>
public sealed record ReconciliationQuery(string? Provider, string? Status, DateOnly? From, DateOnly? To, string? Cursor, int Limit);

/// <summary>A page of them, latest first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record ReconciliationPage(IReadOnlyList<ReconciliationView> Items, string? Next);

/// <summary>A reconciliation with what was found of its provider's day.</summary>
/// <param name="FindingsInAll">How many there are; at most <see cref="Reconciliations.MostFindings"/> are shown, open ones first.</param>
public sealed record ReconciliationDetail(ReconciliationView Reconciliation, IReadOnlyList<FindingView> Findings, int FindingsInAll);

/// <summary>Reconciliations and findings, to be read.</summary>
public sealed class Reconciliations(ReserveDatabase database)
{
    /// <summary>Findings that are shown with a reconciliation.</summary>
    public const int MostFindings = 500;

    private const string Select =
        """
        SELECT r.id, r.provider, r.book_date, r.status, r.window_from, r.window_to, r.requested_by, r.requested_at, r.started_at, r.finished_at,
               r.provider_transactions, r.compared, r.agreed, r.set_aside, r.new_findings,
               (
                   SELECT count(*)::int
                   FROM reserve.reconciliation_findings f
                   WHERE f.provider = r.provider
                     AND f.book_date = r.book_date
                     AND f.status = 'open') AS open_findings,
               r.provider_balance, r.books_balance, r.explained, r.balance_note, r.failure
        FROM reserve.reconciliations r
        """;

    private const string SelectFindings =
        """
        SELECT f.id, f.reconciliation_id, f.provider, f.book_date, f.kind, f.movement, f.reference, f.currency, f.provider_amount, f.provider_fee,
               f.ledger_amount, f.ledger_fee, f.difference, f.detail, f.status, f.resolution, f.reason, f.adjustment_id, f.resolved_by, f.resolved_at, f.found_at
        FROM reserve.reconciliation_findings f
        """;

    /// <summary>A page of them. Refusal: <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<ReconciliationPage>> ListAsync(Actor actor, ReconciliationQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        Guid? before = null;
        if (query.Cursor is not null)
        {
            if (ListCursor.Read(query.Cursor) is not [var text] || !Guid.TryParseExact(text, "D", out var id))
            {
                return ListCursor.Invalid;
            }

            before = id;
        }

        var where = Conditions.Of(
            (before is not null, "r.id < @before"),
            (query.Provider is not null, "r.provider = @Provider"),
            (query.Status is not null, "r.status = @Status"),
            (query.From is not null, "r.book_date >= @From"),
            (query.To is not null, "r.book_date <= @To"));
        return await database.ReadAsync<Outcome<ReconciliationPage>>(
            actor,
            async connection =>
            {
                var rows = (await connection.QueryAsync<ReconciliationView>(
                    $"{Select} WHERE {where} ORDER BY r.id DESC LIMIT @most",
                    new { before, query.Provider, query.Status, query.From, query.To, most = query.Limit + 1 })).AsList();
                return new ReconciliationPage(
                    [.. rows.Take(query.Limit)], rows.Count > query.Limit ? ListCursor.Write(rows[query.Limit - 1].Id.ToString()) : null);
            },
            cancellation);
    }

    /// <summary>One with its findings. Refusal: <c>reconciliation_not_found</c>.</summary>
    public Task<Outcome<ReconciliationDetail>> FindAsync(Actor actor, Guid id, CancellationToken cancellation) =>
        database.ReadAsync<Outcome<ReconciliationDetail>>(
            actor,
            async connection =>
            {
                if (await FindAsync(connection, id) is not { } found)
                {
                    return Refusal.NotFound("reconciliation_not_found", "There is no such reconciliation.");
                }

                var findings = (await connection.QueryAsync<FindingView>(
                    $"{SelectFindings} WHERE f.provider = @Provider AND f.book_date = @BookDate ORDER BY f.status <> 'open', f.id LIMIT @MostFindings",
                    new { found.Provider, found.BookDate, MostFindings })).AsList();
                var inAll = await connection.ExecuteScalarAsync<int>(
                    "SELECT count(*) FROM reserve.reconciliation_findings WHERE provider = @Provider AND book_date = @BookDate", found);
                return new ReconciliationDetail(found, findings, inAll);
            },
            cancellation);

    internal static Task<ReconciliationView?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<ReconciliationView>($"{Select} WHERE r.id = @id", new { id });

    internal static Task<FindingView?> FindingAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<FindingView>($"{SelectFindings} WHERE f.id = @id", new { id });
}
