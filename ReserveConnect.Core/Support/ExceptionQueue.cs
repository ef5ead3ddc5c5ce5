using System.Globalization;
using Dapper;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Support;

/// <summary>Which exceptions are asked for; null: whatever it is.</summary>
/// <param name="Status">Null: those that are not closed.</param>
/// <param name="AssignedTo">The account that has it.</param>
/// <param name="Unassigned">Only what nobody has.</param>
/// <param name="Overdue">Only what is not closed and past its deadline.</param>
public sealed record ExceptionQuery(
    string? Status, string? Severity, string? Type, Guid? AssignedTo, bool Unassigned, Guid? PropertyId, bool Overdue, string? Cursor, int Limit);

/// <summary>How many exceptions are not closed, whatever was asked for.</summary>
/// <param name="Overdue">Past their deadline; counted under their severity too.</param>
public sealed record ExceptionCounts(long Critical, long High, long Medium, long Low, long Overdue);

/// <summary>A page of the queue: the gravest first, of those what is due first.</summary>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record ExceptionPage(IReadOnlyList<ExceptionView> Items, ExceptionCounts Counts, string? Next);

/// <summary>What waits for a person.</summary>
public sealed class ExceptionQueue(ReserveDatabase database, TimeProvider clock)
{
    private const string Rank = "array_position(ARRAY['critical', 'high', 'medium', 'low'], e.severity)";

    /// <summary>A page of it. Refusal: <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<ExceptionPage>> ListAsync(Actor actor, ExceptionQuery query, CancellationToken cancellation)
    {
        var (rank, due, id) = (0, DateTimeOffset.UnixEpoch, Guid.Empty);
        if (query.Cursor is not null
            && (ListCursor.Read(query.Cursor) is not [var r, var d, var i]
                || !int.TryParse(r, NumberStyles.None, CultureInfo.InvariantCulture, out rank)
                || !DateTimeOffset.TryParseExact(d, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out due)
                || !Guid.TryParse(i, out id)))
        {
            return ListCursor.Invalid;
        }

        var now = clock.GetUtcNow();
        return await database.ReadAsync<Outcome<ExceptionPage>>(
            actor,
            async connection =>
            {
                var rows = (await connection.QueryAsync<ExceptionRow>(
                    $"""
                    {ExceptionRow.Select}
                    WHERE (e.status = @Status OR (@Status::text IS NULL AND e.status IN ('open', 'in_progress')))
                      AND (@Severity::text IS NULL OR e.severity = @Severity)
                      AND (@Type::text IS NULL OR e.exception_type = @Type)
                      AND (@AssignedTo::uuid IS NULL OR e.assigned_to = @AssignedTo)
                      AND (NOT @Unassigned OR e.assigned_to IS NULL)
                      AND (@PropertyId::uuid IS NULL OR e.property_id = @PropertyId)
                      AND (NOT @Overdue OR (e.due_at < @now AND e.status IN ('open', 'in_progress')))
                      AND ({Rank}, e.due_at, e.id) > (@rank, @due, @id)
                    ORDER BY {Rank}, e.due_at, e.id
                    LIMIT @most
                    """,
                    new
                    {
                        query.Status, query.Severity, query.Type, query.AssignedTo, query.Unassigned, query.PropertyId, query.Overdue, now, rank, due, id,
                        most = query.Limit + 1,
                    })).AsList();
                var counts = await connection.QuerySingleAsync<ExceptionCounts>(
                    """
                    SELECT count(*) FILTER (WHERE severity = 'critical') AS critical,
                           count(*) FILTER (WHERE severity = 'high') AS high,
                           count(*) FILTER (WHERE severity = 'medium') AS medium,
                           count(*) FILTER (WHERE severity = 'low') AS low,
                           count(*) FILTER (WHERE due_at < @now) AS overdue
                    FROM reserve.exceptions
                    WHERE status IN ('open', 'in_progress')
                    """,
                    new { now });
                return new ExceptionPage([.. rows.Take(query.Limit).Select(row => row.ToView(now))], counts, NextOf(rows, query.Limit));
            },
            cancellation);
    }

    private static string? NextOf(List<ExceptionRow> rows, int limit)
    {
        if (rows.Count <= limit)
        {
            return null;
        }

        var last = rows[limit - 1];
        var rank = Array.IndexOf(["critical", "high", "medium", "low"], last.Severity) + 1;
        return ListCursor.Write(rank.ToString(CultureInfo.InvariantCulture), last.DueAt.ToString("O", CultureInfo.InvariantCulture), last.Id.ToString());
    }
}
