using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;

namespace ReserveConnect.Finance.Payouts;

/// <summary>A payout as staff see it, BRL.</summary>
/// <param name="Destination">The end of the PIX key, or the account at Stripe.</param>
/// <param name="TransferId">The provider's id of the transfer.</param>
/// <param name="Returned">What of it came back.</param>
/// <param name="WaitsUntil">When it is tried or asked about again.</param>
public sealed record PayoutView(
    Guid Id, Guid PropertyId, string PropertyName, string Schedule, DateOnly PeriodStart, DateOnly PeriodEnd, string Currency, decimal Gross, decimal Commission,
    decimal Tax, decimal Net, string Status, int Version, string? Method, string? Destination, string? TransferId, int Tries, string? FailureCode,
    string RequestedBy, DateTimeOffset RequestedAt, Guid? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? WaitsUntil, DateTimeOffset? CompletedAt,
    DateTimeOffset? ReturnedAt, string? Notes, decimal Returned);

/// <summary>A line of a payout; <c>amount = gross - commission - tax</c>.</summary>
/// <param name="BusinessKey">The transaction of the books that it pays.</param>
public sealed record PayoutLineView(
    int Line, string Kind, string? BusinessKey, string? ConfirmationCode, DateOnly? CheckIn, DateOnly? CheckOut, Guid? CarriedFrom, string? TaxType, decimal? TaxRate,
    decimal Gross, decimal Commission, decimal Tax, decimal Amount);

/// <summary>A payout and how it adds up.</summary>
public sealed record PayoutDetail(PayoutView Payout, IReadOnlyList<PayoutLineView> Lines);

/// <summary>Which payouts are asked for; null: whatever it is.</summary>
/// <param name="From">Last day of the period from here on.</param>
public sealed record PayoutQuery(Guid? PropertyId, string? Status, DateOnly? From, DateOnly? To, string? Cursor, int Limit);

/// <summary>A page of payouts, latest first.</summary>
public sealed record PayoutPage(IReadOnlyList<PayoutView> Items, string? Next);

/// <summary>Payouts, to be read.</summary>
public sealed class PayoutViews(ReserveDatabase database)
{
    /// <summary>Of a PIX key its type and its end; the account at Stripe.</summary>
    internal const string Destination =
        "CASE p.method WHEN 'stripe' THEN p.stripe_account_id WHEN 'pix' THEN p.pix_key_type || ' ...' || right(p.pix_key, 4) END";

    private const string Select =
        $"""
        SELECT p.id, p.property_id, m.name AS property_name, p.schedule, p.period_start, p.period_end, p.currency, p.gross_amount AS gross,
               p.commission_amount AS commission, p.tax_amount AS tax, p.net_amount AS net, p.status, p.version, p.method,
               {Destination} AS destination,
               coalesce(p.stripe_transfer_id, p.pix_transfer_id) AS transfer_id, p.tries, p.failure_code, p.requested_by, p.requested_at, p.approved_by,
               p.approved_at, p.next_try_at AS waits_until, p.completed_at, p.returned_at, p.notes, p.returned_amount AS returned
        FROM reserve.payouts p
        JOIN reserve.properties_map m ON m.id = p.property_id
        """;

    internal static Task<PayoutView?> FindAsync(NpgsqlConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<PayoutView>($"{Select} WHERE p.id = @id", new { id });

    internal static Task<PayoutView?> OfRunAsync(NpgsqlConnection connection, string runKey, Guid propertyId) =>
        connection.QueryFirstOrDefaultAsync<PayoutView>(
            $"{Select} WHERE p.run_key = @runKey AND p.property_id = @propertyId ORDER BY p.id", new { runKey, propertyId });

    /// <summary>A page of them. Refusal: <c>invalid_cursor</c>.</summary>
    public async Task<Outcome<PayoutPage>> ListAsync(Actor actor, PayoutQuery query, CancellationToken cancellation)
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

        var rows = await database.ReadAsync(
            actor,
            async connection => (await connection.QueryAsync<PayoutView>(
                $"""
                {Select}
                WHERE {Conditions.Of(
                    (before is not null, "p.id < @before"),
                    (query.PropertyId is not null, "p.property_id = @PropertyId"),
                    (query.Status is not null, "p.status = @Status"),
                    (query.From is not null, "p.period_end >= @From"),
                    (query.To is not null, "p.period_end <= @To"))}
                ORDER BY p.id DESC
                LIMIT @most
                """,
                new { before, query.PropertyId, query.Status, query.From, query.To, most = query.Limit + 1 })).AsList(),
            cancellation);
        return new PayoutPage([.. rows.Take(query.Limit)], rows.Count > query.Limit ? ListCursor.Write(rows[query.Limit - 1].Id.ToString()) : null);
    }

    /// <summary>One, with its lines. Refusal: <c>payout_not_found</c>.</summary>
    public async Task<Outcome<PayoutDetail>> ReadAsync(Actor actor, Guid id, CancellationToken cancellation) =>
        await database.ReadAsync<Outcome<PayoutDetail>>(
            actor,
            async connection => await FindAsync(connection, id) is { } payout
                ? new PayoutDetail(payout, await LinesAsync(connection, id))
                : PayoutRefusals.NotFound,
            cancellation,
            System.Data.IsolationLevel.RepeatableRead);

    private static async Task<IReadOnlyList<PayoutLineView>> LinesAsync(NpgsqlConnection connection, Guid payoutId) =>
        (await connection.QueryAsync<PayoutLineView>(
            """
            SELECT i.line, i.kind, t.business_key, r.confirmation_code, r.check_in, r.check_out, i.carried_from, i.tax_type, i.tax_rate,
                   i.gross_amount AS gross, i.commission_amount AS commission, i.tax_amount AS tax, i.amount
            FROM reserve.payout_items i
            LEFT JOIN reserve.ledger_transactions t ON t.id = i.transaction_id
            LEFT JOIN reserve.reservations r ON r.id = i.reservation_id
            WHERE i.payout_id = @payoutId
            ORDER BY i.line
            """,
            new { payoutId })).AsList();
}
