using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Inventory;
using ReserveConnect.Payments;

namespace ReserveConnect.Booking.Modifications;

/// <summary>
/// A booking is to become another stay of the same property: the nights that it does not have yet are held, and from then on the
/// change is an intent like any other. The old stay stands until the Host has taken the new one.
/// </summary>
public sealed class ModifyBooking(ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options)
{
    /// <summary>
    /// What the change would cost now. Refusals: <c>reservation_not_found</c>, <c>already_checked_in</c>, <c>already_no_show</c>,
    /// <c>already_cancelled</c>, <c>modification_under_way</c>, <c>payment_disputed</c>, and those of <see cref="ModificationRules.Decide"/>.
    /// </summary>
    public async Task<Outcome<ModificationQuote>> QuoteAsync(ModificationRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        if (ConfirmationCode.Normalise(request.ConfirmationCode) is not { } code || await StandingStay.FindByCodeAsync(connection, code) is not { } stay)
        {
            return NotFound;
        }

        if (ModificationRules.OfStatus(stay.Status) is { } refusal)
        {
            return refusal;
        }

        if ((await OpenModifications.RefusalOfChangeAsync(connection, stay.Id) ?? await DisputedBookings.RefusalAsync(connection, stay.BookingIntentId)) is { } no)
        {
            return no;
        }

        var wanted = request.Of(stay);
        var nights = await WantedNights.ReadAsync(connection, wanted, now);
        return ModificationRules.Decide(stay, wanted, nights, await MoneyAsync(connection, stay), now);
    }

    /// <summary>
    /// Begins the change; asked for again while it is under way, or soon after it was made, it is the same one. Refusals as of <see cref="QuoteAsync"/>, and
    /// <c>not_available</c> with the nights, the restriction that is broken, <c>quote_changed</c> with the quote as it is now.
    /// </summary>
    /// <param name="request">The change.</param>
    /// <param name="expectedDifference">What the guest was shown; null: whatever it is.</param>
    /// <param name="actor">As audit rows call them.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Outcome<ModificationView>> RunAsync(
        ModificationRequest request, decimal? expectedDifference, string actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (ConfirmationCode.Normalise(request.ConfirmationCode) is not { } code)
        {
            return NotFound;
        }

        StandingStay? known;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            known = await StandingStay.FindByCodeAsync(connection, code);
        }

        return known is null
            ? NotFound
            : await database.TransactAsync(unit => BeginAsync(unit, known, request, expectedDifference, actor), cancellation);
    }

    private async Task<Outcome<ModificationView>> BeginAsync(
        UnitOfWork unit, StandingStay known, ModificationRequest request, decimal? expectedDifference, string actor)
    {
        var now = clock.GetUtcNow();
        await BookingIntents.LockAsync(unit, known.BookingIntentId);
        var stay = await StandingStay.LockAsync(unit, known.Id);
        if (ModificationRules.OfStatus(stay.Status) is { } refusal)
        {
            return refusal;
        }

        var wanted = request.Of(stay);
        if (await OpenModifications.RefusalOfChangeAsync(unit.Connection, stay.Id) is { } underWay)
        {
            // Whoever asks for the same again did not hear the answer.
            return await ModificationView.OpenAsync(unit.Connection, stay.ConfirmationCode) is { } open
                && open.Is(wanted)
                && open.Status != BookingIntentStatus.HostCommitFailed
                && (expectedDifference ?? open.Price.Difference) == open.Price.Difference
                ? open
                : underWay;
        }

        // The same: it was made before its answer arrived.
        if (ModificationRules.IsSame(stay, wanted)
            && await ModificationView.MadeAsync(unit.Connection, stay.ConfirmationCode, now - options.Value.RepeatedChangeTime) is { } made
            && made.Is(wanted)
            && (expectedDifference ?? made.Price.Difference) == made.Price.Difference)
        {
            return made;
        }

        if (await DisputedBookings.RefusalAsync(unit.Connection, stay.BookingIntentId) is { } disputed)
        {
            return disputed;
        }

        var nights = await WantedNights.LockAsync(unit, wanted, now);
        var quote = ModificationRules.Decide(stay, wanted, nights, await MoneyAsync(unit.Connection, stay), now);
        if ((quote.Refusal ?? ModificationRules.OfQuote(quote.Value)) is { } no)
        {
            return no;
        }

        if (expectedDifference is { } expected && expected != quote.Value.Price.Difference)
        {
            return Changed(quote.Value);
        }

        var kept = KeptNights.Of(stay.UnitId, stay.CheckIn, stay.CheckOut, wanted);
        await WantedNights.TakeAsync(unit, wanted, kept, now);
        await CancelWish.DropAsync(unit, stay.Id);
        await WriteAsync(unit, stay, wanted, quote.Value, kept, actor, now);
        return (await ModificationView.OpenAsync(unit.Connection, stay.ConfirmationCode))!;
    }

    private async Task WriteAsync(
        UnitOfWork unit, StandingStay stay, StayRequest wanted, ModificationQuote quote, KeptNights? kept, string actor, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var isFree = quote.Price.AmountDue == 0;
        await unit.Connection.ExecuteAsync(
            """
            INSERT INTO reserve.booking_intents
                (id, city_id, property_id, unit_id, check_in, check_out, guests_adults, guests_children, guests_infants, currency,
                 base_price, discount_amount, cleaning_fee, service_fee, taxes, total_amount, quote, cancellation_policy, status, expires_at,
                 guest_email, guest_first_name, guest_last_name, guest_phone, special_requests, account_id,
                 modifies_reservation_id, from_unit_id, amount_due, modification, created_at, updated_at)
            SELECT @id, r.city_id, r.property_id, @UnitId, @CheckIn, @CheckOut, @Adults, @Children, @Infants, r.currency,
                   @BasePrice, @Discount, @CleaningFee, @ServiceFee, @Taxes, @Total, @Quote::jsonb, r.cancellation_policy, 'created', @expiresAt,
                   r.guest_email, r.guest_first_name, r.guest_last_name, r.guest_phone, r.special_requests, r.account_id,
                   r.id, r.unit_id, @AmountDue, @Modification::jsonb, @now, @now
            FROM reserve.reservations r
            WHERE r.id = @ReservationId
            """,
            new
            {
                id,
                ReservationId = stay.Id,
                wanted.UnitId,
                wanted.CheckIn,
                wanted.CheckOut,
                wanted.Adults,
                wanted.Children,
                wanted.Infants,
                quote.Bill.BasePrice,
                quote.Bill.Discount,
                quote.Bill.CleaningFee,
                quote.Bill.ServiceFee,
                quote.Bill.Taxes,
                quote.Bill.Total,
                Quote = JsonSerializer.Serialize(quote.Bill, EventJson.Options),
                // With nothing to pay there is nothing to wait for.
                expiresAt = isFree ? now : now + options.Value.HoldTime,
                quote.Price.AmountDue,
                Modification = JsonSerializer.Serialize(quote.Price, EventJson.Options),
                now,
            });
        await Holds.RecordAsync(unit, id, wanted.UnitId, wanted.CheckIn, wanted.CheckOut, now, kept);
        if (isFree)
        {
            var intent = (await BookingIntents.FindAsync(unit.Connection, id))!;
            await HostCommits.BeginAsync(unit, intent, actor, "nothing to pay", now);
        }
    }

    private static async Task<MoneyBehind> MoneyAsync(NpgsqlConnection connection, StandingStay stay) =>
        new(
            (await RefundSpread.LeftAsync(connection, stay.BookingIntentId)).Sum(left => left.Amount),
            (await stay.StandingMoneyAsync(connection)).Booking.Total);

    private static Refusal NotFound => Refusal.NotFound("reservation_not_found", "There is no reservation with this code.");

    private static Refusal Changed(ModificationQuote quote) =>
        Refusal.Conflict("quote_changed", "The change costs another amount than you were shown. Look at the quote again and send what it says.") with
        {
            Extensions = new Dictionary<string, object?> { ["quote"] = quote },
        };
}
