using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Finance;

/// <summary>A line of an adjustment, as a supervisor wrote it.</summary>
/// <param name="Account">Code of the chart.</param>
/// <param name="Direction"><c>debit</c> or <c>credit</c>.</param>
/// <param name="Amount">BRL, more than nothing, whole cents.</param>
/// <param name="AccountId">The property of a property's account, the booking intent of a guest's; nothing for the others.</param>
/// <param name="TaxType">For the accounts of taxes: ISS, IOF, ...</param>
public sealed record AdjustmentLine(string Account, string Direction, decimal Amount, Guid? AccountId = null, string? TaxType = null);

/// <summary>What a supervisor wants in the books: entries of their own, or a transaction undone.</summary>
/// <param name="Lines">Empty where a transaction is undone.</param>
/// <param name="Reverses">The transaction to undo; null for entries of their own.</param>
/// <param name="Currency">Null: BRL.</param>
/// <param name="Reason">In their own words; kept with it.</param>
/// <param name="OperationId">The order's name: given twice, it is one order. Null: an order of its own.</param>
public sealed record LedgerAdjustment(
    IReadOnlyList<AdjustmentLine> Lines, Guid? Reverses, Guid? PropertyId, Guid? ReservationId, string? Currency, string Reason, Actor Actor, Guid? OperationId)
{
    /// <summary>The payment at Stripe, or what else there, that it is about; null: none.</summary>
    public string? StripePaymentIntentId { get; init; }

    /// <summary>The transfer at Stripe that it is about; null: none.</summary>
    public string? StripeTransferId { get; init; }

    /// <summary>The payment or transfer at Mercado Pago that it is about; null: none.</summary>
    public string? PixTransactionId { get; init; }
}

/// <summary>
/// <c>create_ledger_entry</c>: what no rule posts, by a supervisor, with a reason (money.md, manual adjustment). What stands is never
/// changed: an adjustment is undone by its reverse, and once.
/// </summary>
public sealed partial class AdjustLedger(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>The type of what is posted by hand.</summary>
    public const string Adjustment = "adjustment";

    /// <summary>Lines that one adjustment may have.</summary>
    public const int MostLines = 100;

    // A guest's prepayment is the intent's, what a property is owed the property's; whose the others are says the account.
    private const string Intents = "guest";
    private const string Properties = "property";
    private static readonly string[] Owned = [Postings.PropertyPayable, Postings.PayoutReceivable];
    private static readonly string[] Taxes = [Postings.TaxPayable, Postings.TaxExpense];

    /// <summary>
    /// Refusals: <c>reason_required</c>, <c>reason_too_long</c>, <c>lines_or_reversal</c>, <c>invalid_entries</c> with one error for each
    /// field, <c>wrong_currency</c>, <c>unbalanced</c> with the difference, <c>ledger_transaction_not_found</c>, <c>not_an_adjustment</c>, <c>already_reversed</c>,
    /// <c>property_not_found</c>, <c>reservation_not_found</c>, <c>property_mismatch</c>.
    /// </summary>
    public Task<Outcome<LedgerTransactionView>> RunAsync(LedgerAdjustment order, CancellationToken cancellation) =>
        database.TransactAsync(unit => RunAsync(unit, order), cancellation);

    /// <summary>The same, in the caller's database transaction; what is refused has written nothing.</summary>
    internal async Task<Outcome<LedgerTransactionView>> RunAsync(UnitOfWork unit, LedgerAdjustment order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (StaffRefusals.OfReason(order.Reason) is { } unexplained)
        {
            return unexplained;
        }

        if ((order.Reverses is null) == (order.Lines.Count == 0) || (order.Reverses is not null && (order.PropertyId ?? order.ReservationId) is not null))
        {
            return Refusal.Unprocessable("lines_or_reversal", "Send entries, or the transaction that is to be undone and whose matter is known.");
        }

        if (order.Currency is not (null or Ledger.Currency))
        {
            return Refusal.Unprocessable("wrong_currency", "The books are kept in BRL.", new FieldError("currency", "wrong_currency", "Must be BRL."));
        }

        return await PostAsync(unit, order);
    }

    [GeneratedRegex("^[A-Z][A-Z_]{1,19}$")]
    private static partial Regex TaxTypes();

    private async Task<Outcome<LedgerTransactionView>> PostAsync(UnitOfWork unit, LedgerAdjustment order)
    {
        var now = clock.GetUtcNow();
        var key = $"adjust:{order.OperationId ?? Guid.CreateVersion7(now)}";
        if (order.OperationId is not null && await Journal.FindAsync(unit.Connection, key) is { } before)
        {
            return before;
        }

        var drawn = order.Reverses is { } wrong ? await UndoAsync(unit, key, wrong) : await DrawAsync(unit.Connection, key, order);
        if (drawn.Refusal is not null)
        {
            return drawn.Refusal;
        }

        var actor = order.Actor.Name;
        var isNew = await Ledger.PostAsync(unit, drawn.Value with { Reason = order.Reason }, actor, now);
        var posted = (await Journal.FindAsync(unit.Connection, key))!;
        if (!isNew)
        {
            return posted;
        }

        await AuditLog.WriteAsync(
            unit, "ledger_transaction", posted.Id, posted.Reverses is null ? "adjust" : "reverse", null, new { posted.BusinessKey, posted.Amount, posted.Reverses },
            order.Reason, actor, now);
        return posted;
    }

    private static async Task<Outcome<LedgerTransaction>> UndoAsync(UnitOfWork unit, string key, Guid wrong)
    {
        // Two who undo it at once: the second waits here, and finds it undone.
        await unit.Connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended('reserve.ledger:' || @wrong::text, 0))", new { wrong });
        if (await Journal.FindAsync(unit.Connection, wrong) is not { } stands)
        {
            return Refusal.NotFound("ledger_transaction_not_found", "There is no such transaction in the books.");
        }

        if (stands.Type != Adjustment)
        {
            // Cancellations, changes and refunds count on what rules have posted.
            return Refusal.Unprocessable("not_an_adjustment", "What a rule has posted is undone by a refund or a cancellation, or set right by an adjustment.");
        }

        return stands.ReversedBy is { } undone
            ? Refusal.Conflict("already_reversed", "This transaction has been undone.") with
            {
                Extensions = new Dictionary<string, object?> { ["reversed_by"] = undone },
            }
            : new LedgerTransaction(
                key, Adjustment, stands.Currency,
                [.. stands.Entries.Select(e => new LedgerEntry(e.Account, e.Direction == "debit" ? Side.Credit : Side.Debit, e.Amount, e.AccountId, e.TaxType))])
            {
                BookingIntentId = stands.BookingIntentId,
                ReservationId = stands.ReservationId,
                PropertyId = stands.PropertyId,
                Reverses = wrong,
                Description = $"reverses {stands.BusinessKey}",
            };
    }

    private static async Task<Outcome<LedgerTransaction>> DrawAsync(NpgsqlConnection connection, string key, LedgerAdjustment order)
    {
        var errors = await ErrorsAsync(connection, order.Lines);
        if (errors.Count > 0)
        {
            return Refusal.Unprocessable("invalid_entries", "The entries cannot be posted.", [.. errors]);
        }

        var entries = order.Lines.Select(l => new LedgerEntry(l.Account, l.Direction == "debit" ? Side.Debit : Side.Credit, l.Amount, l.AccountId, l.TaxType)).ToList();
        var transaction = new LedgerTransaction(key, Adjustment, Ledger.Currency, entries)
        {
            PropertyId = order.PropertyId,
            ReservationId = order.ReservationId,
            StripePaymentIntentId = order.StripePaymentIntentId,
            StripeTransferId = order.StripeTransferId,
            PixTransactionId = order.PixTransactionId,
            Description = Adjustment,
        };
        if (entries.Count < 2 || transaction.Difference != 0)
        {
            return Refusal.Unprocessable("unbalanced", "Debits and credits must be equal.") with
            {
                Extensions = new Dictionary<string, object?> { ["difference"] = transaction.Difference, ["currency"] = Ledger.Currency },
            };
        }

        if (order.PropertyId is { } property
            && !await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM reserve.properties_map WHERE id = @property)", new { property }))
        {
            return Refusal.NotFound("property_not_found", "There is no such property.");
        }

        var owners = order.Lines.Where(l => Owned.Contains(l.Account)).Select(l => l.AccountId!.Value).Distinct().ToList();
        var owned = owners is [var only] ? only : (Guid?)null;
        if (order.ReservationId is not { } reservation)
        {
            return order.PropertyId is { } named && owned is { } other && named != other ? Mismatch : transaction with { PropertyId = order.PropertyId ?? owned };
        }

        var booked = await connection.QuerySingleOrDefaultAsync<(Guid BookingIntentId, Guid PropertyId)?>(
            "SELECT booking_intent_id, property_id FROM reserve.reservations WHERE id = @reservation", new { reservation });
        return booked is not { } stay
            ? StaffRefusals.NotFound
            : (order.PropertyId ?? owned ?? stay.PropertyId) != stay.PropertyId || (owned ?? stay.PropertyId) != stay.PropertyId ? Mismatch
            : transaction with { BookingIntentId = stay.BookingIntentId, PropertyId = stay.PropertyId };
    }

    private static Refusal Mismatch => Refusal.Unprocessable("property_mismatch", "The accounts, the property and the reservation are not of one property.");

    private static async Task<List<FieldError>> ErrorsAsync(NpgsqlConnection connection, IReadOnlyList<AdjustmentLine> lines)
    {
        if (lines.Count > MostLines)
        {
            return [new("entries", "too_many", $"At most {MostLines}.")];
        }

        var chart = (await connection.QueryAsync<(string Code, string AccountType)>("SELECT code, account_type FROM reserve.ledger_accounts")).ToDictionary();
        var ids = lines.Select(l => l.AccountId).OfType<Guid>().Distinct().ToArray();
        var properties = (await connection.QueryAsync<Guid>("SELECT id FROM reserve.properties_map WHERE id = ANY (@ids)", new { ids })).ToHashSet();
        var intents = (await connection.QueryAsync<Guid>("SELECT id FROM reserve.booking_intents WHERE id = ANY (@ids) AND modifies_reservation_id IS NULL", new { ids })).ToHashSet();
        List<FieldError> errors = [];
        for (var index = 0; index < lines.Count; index++)
        {
            errors.AddRange(ErrorsOf(lines[index], $"entries[{index}]", chart, properties, intents));
        }

        return errors;
    }

    private static IEnumerable<FieldError> ErrorsOf(
        AdjustmentLine line, string field, Dictionary<string, string> chart, HashSet<Guid> properties, HashSet<Guid> intents)
    {
        if (line.Direction is not ("debit" or "credit"))
        {
            yield return new($"{field}.direction", "invalid_value", "Must be debit or credit.");
        }

        if (line.Amount is <= 0 or > 9_999_999_999.99m || decimal.Round(line.Amount, 2) != line.Amount)
        {
            yield return new($"{field}.amount", "invalid_amount", "More than 0, in whole cents.");
        }

        if (Taxes.Contains(line.Account) ? line.TaxType is null || !TaxTypes().IsMatch(line.TaxType) : line.TaxType is not null)
        {
            yield return new($"{field}.tax_type", "invalid_value", "ISS, IOF, ... for the accounts of taxes, and for no other.");
        }

        if (!chart.TryGetValue(line.Account, out var type))
        {
            yield return new($"{field}.account", "unknown_account", "The chart of accounts has none of this name.");
            yield break;
        }

        var owners = type switch { Properties => properties, Intents => intents, _ => null };
        if (owners is null && line.AccountId is not null)
        {
            yield return new($"{field}.account_id", "not_kept", "This account is kept for nobody in particular.");
        }
        else if (owners is not null && (line.AccountId is not { } owner || !owners.Contains(owner)))
        {
            yield return new($"{field}.account_id", "unknown_owner", type == Properties ? "Must be the id of a property." : "Must be the id of a booking intent.");
        }
    }
}
