using System.Net.Mail;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Payments;
using ReserveConnect.Privacy;
using ReserveConnect.Support;

namespace ReserveConnect.Finance.Payouts;

/// <summary>How a property is paid, as staff see it.</summary>
/// <param name="Schedule">weekly, biweekly, monthly, per_booking.</param>
/// <param name="Method">stripe or pix.</param>
/// <param name="PixKey">Its end alone.</param>
/// <param name="PixOwnerDocument">Masked.</param>
/// <param name="HeldSince">Nothing is paid from then on; missing: it is paid.</param>
/// <param name="Version">Whoever changes it names it.</param>
public sealed record PayoutSettingsView(
    Guid PropertyId, string Schedule, string Method, string? StripeAccountId, string? PixKeyType, string? PixKey, string? PixOwnerDocument,
    DateTimeOffset? HeldSince, string? HeldReason, int Version, string ChangedBy, DateTimeOffset ChangedAt, DateTimeOffset DestinationChangedAt);

/// <summary>How a property is to be paid.</summary>
/// <param name="Hold">Whether nothing is to be paid for now.</param>
/// <param name="Version">The one that was seen; null: there is none yet.</param>
/// <param name="Reason">Why, in the supervisor's own words.</param>
public sealed record PayoutSettingsOrder(
    Guid PropertyId, string Schedule, string Method, string? StripeAccountId, string? PixKeyType, string? PixKey, string? PixOwnerDocument, bool Hold, int? Version,
    string Reason, Actor Actor);

/// <summary><c>set_payout_settings</c>: where and how often a property is paid. Keys and documents are in no log and no audit row.</summary>
public sealed partial class PayoutSettings(ReserveDatabase database, TimeProvider clock)
{
    private const string Random = "random";
    private const int MaxEmail = 77;

    private static readonly string[] Schedules = [PayoutSchedule.Weekly, PayoutSchedule.Biweekly, PayoutSchedule.Monthly, PayoutSchedule.PerBooking];

    /// <summary>A property's. Refusals: <c>property_not_found</c>, <c>no_payout_settings</c> (404).</summary>
    public async Task<Outcome<PayoutSettingsView>> ReadAsync(Actor actor, Guid propertyId, CancellationToken cancellation) =>
        await database.ReadAsync<Outcome<PayoutSettingsView>>(
            actor,
            async connection => await FindAsync(connection, propertyId) is { } settings ? settings
                : await ExistsAsync(connection, propertyId) ? NoSettings
                : PayoutRefusals.PropertyNotFound,
            cancellation);

    /// <summary>
    /// Sets it. Refusals: <c>invalid_settings</c> with one error a field, <c>reason_required</c>, <c>reason_too_long</c>,
    /// <c>property_not_found</c>, <c>settings_changed</c> (409) with the version that stands.
    /// </summary>
    public async Task<Outcome<PayoutSettingsView>> SetAsync(PayoutSettingsOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (StaffRefusals.OfReason(order.Reason) is { } unexplained)
        {
            return unexplained;
        }

        List<FieldError> errors = [.. ErrorsOf(order)];
        return errors.Count > 0
            ? Refusal.Unprocessable("invalid_settings", "Nobody can be paid like this.", [.. errors])
            : await database.TransactAsync(unit => StoreAsync(unit, order), cancellation);
    }

    [GeneratedRegex("^acct_[A-Za-z0-9_]{1,60}$")]
    private static partial Regex Accounts();

    // As the key is at the bank: E.164.
    [GeneratedRegex(@"^\+55[1-9][0-9]{9,10}$")]
    private static partial Regex Phones();

    private static async Task<PayoutSettingsView?> FindAsync(NpgsqlConnection connection, Guid propertyId) =>
        await connection.QuerySingleOrDefaultAsync<PayoutSettingsView>(
            """
            SELECT property_id, schedule, method, stripe_account_id, pix_key_type, '...' || right(pix_key, 4) AS pix_key, pix_owner_document, held_since, held_reason,
                   version, changed_by, changed_at, destination_changed_at
            FROM reserve.payout_settings
            WHERE property_id = @propertyId
            """,
            new { propertyId }) is { } found ? found with { PixOwnerDocument = TaxDocument.Mask(found.PixOwnerDocument) } : null;

    private static Task<bool> ExistsAsync(NpgsqlConnection connection, Guid propertyId) =>
        connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT FROM reserve.properties_map WHERE id = @propertyId)", new { propertyId });

    private static Refusal NoSettings => Refusal.NotFound("no_payout_settings", "Nobody has said yet where this property is paid.");

    private async Task<Outcome<PayoutSettingsView>> StoreAsync(UnitOfWork unit, PayoutSettingsOrder order)
    {
        var now = clock.GetUtcNow();
        await PayoutRows.LockPropertiesAsync(unit, [order.PropertyId]);
        if (!await ExistsAsync(unit.Connection, order.PropertyId))
        {
            return PayoutRefusals.PropertyNotFound;
        }

        var before = await FindAsync(unit.Connection, order.PropertyId);
        if (before?.Version != order.Version)
        {
            return Refusal.Conflict("settings_changed", "Somebody else has changed this; look at it again.") with
            {
                Extensions = new Dictionary<string, object?> { ["version"] = before?.Version },
            };
        }

        var isElsewhere = await PayoutChanges.DestinationAsync(unit, order.PropertyId) != DestinationOf(order);
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.payout_settings AS s
                (property_id, schedule, method, stripe_account_id, pix_key_type, pix_key, pix_owner_document, held_since, held_reason, changed_by,
                 changed_by_account, changed_at, destination_changed_at, destination_changed_by)
            VALUES (@PropertyId, @Schedule, @Method, @StripeAccountId, @PixKeyType, @key, @document, @held, @heldReason, @Name, @AccountId, @now, @now, @AccountId)
            ON CONFLICT (property_id) DO UPDATE
            SET schedule = excluded.schedule,
                method = excluded.method,
                stripe_account_id = excluded.stripe_account_id,
                pix_key_type = excluded.pix_key_type,
                pix_key = excluded.pix_key,
                pix_owner_document = excluded.pix_owner_document,
                held_since = CASE WHEN excluded.held_since IS NOT NULL THEN coalesce(s.held_since, excluded.held_since) END,
                held_reason = CASE WHEN excluded.held_since IS NOT NULL THEN coalesce(s.held_reason, excluded.held_reason) END,
                version = s.version + 1,
                changed_by = excluded.changed_by,
                changed_by_account = excluded.changed_by_account,
                changed_at = excluded.changed_at,
                destination_changed_at = CASE WHEN @isElsewhere THEN excluded.changed_at ELSE s.destination_changed_at END,
                destination_changed_by = CASE WHEN @isElsewhere THEN excluded.destination_changed_by ELSE s.destination_changed_by END
            """,
            new
            {
                order.PropertyId,
                order.Schedule,
                order.Method,
                order.StripeAccountId,
                order.PixKeyType,
                key = KeyOf(order),
                document = DocumentOf(order),
                isElsewhere,
                held = order.Hold ? now : (DateTimeOffset?)null,
                heldReason = order.Hold ? order.Reason : null,
                order.Actor.Name,
                order.Actor.AccountId,
                now,
            });
        await AuditLog.WriteAsync(
            unit, "property", order.PropertyId, "payout_settings_changed",
            before is null ? null : new { before.Schedule, before.Method, before.StripeAccountId, before.PixKeyType, IsHeld = before.HeldSince is not null },
            new { order.Schedule, order.Method, order.StripeAccountId, order.PixKeyType, IsHeld = order.Hold, DestinationChanged = isElsewhere },
            order.Reason, order.Actor.Name, now);
        if (isElsewhere)
        {
            await unit.Connection.ExecuteAsync(
                """
                INSERT INTO reserve.payout_destination_changes (property_id, version, changed_by, changed_by_account, changed_at)
                VALUES (@PropertyId, @version, @Name, @AccountId, @now)
                """,
                new { order.PropertyId, version = (before?.Version ?? 0) + 1, order.Actor.Name, order.Actor.AccountId, now });
            await Outbox.AppendAsync(unit, "payout.destination_changed", "property", order.PropertyId, new { order.Method }, now);
        }

        await Exceptions.ResolveAsync(unit, PayoutTroubles.Key(PayoutTroubles.Blocked, order.PropertyId), "settings made", now);
        return (await FindAsync(unit.Connection, order.PropertyId))!;
    }

    private static IEnumerable<FieldError> ErrorsOf(PayoutSettingsOrder order)
    {
        if (!Schedules.Contains(order.Schedule))
        {
            yield return new("schedule", "invalid_value", $"Must be one of {string.Join(", ", Schedules)}.");
        }

        var isStripe = order.Method == PayoutMethod.Stripe;
        if (!isStripe && order.Method != PayoutMethod.Pix)
        {
            yield return new("method", "invalid_value", "Must be stripe or pix.");
            yield break;
        }

        if (isStripe ? order.StripeAccountId is null || !Accounts().IsMatch(order.StripeAccountId) : order.StripeAccountId is not null)
        {
            yield return new("stripe_account_id", "invalid_value", "The connected account, acct_..., where the method is stripe.");
        }

        if (isStripe)
        {
            if ((order.PixKeyType ?? order.PixKey ?? order.PixOwnerDocument) is not null)
            {
                yield return new("pix_key", "not_used", "Only where the method is pix.");
            }

            yield break;
        }

        if (order.PixOwnerDocument is null || TaxDocument.Parse(order.PixOwnerDocument) is null)
        {
            yield return new("pix_owner_document", "invalid_document", "The CPF or CNPJ of whom the key belongs to.");
        }

        if (order.PixKeyType is not ("cpf" or "cnpj" or "email" or "phone" or Random))
        {
            yield return new("pix_key_type", "invalid_value", "Must be cpf, cnpj, email, phone or random.");
        }
        else if (KeyOf(order) is null)
        {
            yield return new("pix_key", "invalid_pix_key", "Is no key of this type: a document, an address, +55 with area code, or a random key.");
        }
    }

    private static PayoutDestination DestinationOf(PayoutSettingsOrder order) =>
        new(order.Method, order.StripeAccountId, order.PixKeyType, KeyOf(order), DocumentOf(order));

    private static string? DocumentOf(PayoutSettingsOrder order) =>
        order.PixOwnerDocument is null ? null : TaxDocument.Parse(order.PixOwnerDocument)!.Clear;

    // As the directory of keys has it; null: it is none.
    private static string? KeyOf(PayoutSettingsOrder order) => order.PixKeyType switch
    {
        "cpf" => TaxDocument.Parse(order.PixKey) is { IsCpf: true } cpf ? cpf.Clear : null,
        "cnpj" => TaxDocument.Parse(order.PixKey) is { IsCpf: false } cnpj ? cnpj.Clear : null,
        "email" => order.PixKey is { Length: <= MaxEmail } text && MailAddress.TryCreate(text, out var address) && address.Address == text ? text.ToLowerInvariant() : null,
        "phone" => order.PixKey is { } phone && Phones().IsMatch(phone) ? phone : null,
        Random => Guid.TryParseExact(order.PixKey, "D", out var key) ? key.ToString() : null,
        _ => null,
    };
}
