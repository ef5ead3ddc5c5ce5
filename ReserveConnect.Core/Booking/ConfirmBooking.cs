using System.Text.Json;
using Dapper;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Finance;
using ReserveConnect.Payments;
using ReserveConnect.Support;

namespace ReserveConnect.Booking;

/// <summary>
/// Step 5 of the booking saga: in one transaction the hold becomes a booking, the reservation stands, the prepayment
/// becomes the property's share and our income, and the events are written.
/// </summary>
public sealed class ConfirmBooking(ReserveDatabase database, TimeProvider clock)
{
    /// <summary>Codes are 40 random bits; more collisions in a row than this mean that something else is wrong.</summary>
    private const int MaxCodes = 5;

    /// <summary>Confirms the intent; confirming it again returns the same reservation.</summary>
    /// <param name="intentId">In <c>host_commit_pending</c>, or <c>host_commit_failed</c> when an agent overrides.</param>
    /// <param name="hostBookingId">The Host's booking.</param>
    /// <param name="actor">Who confirms.</param>
    /// <returns>The confirmation code; null: it is not paid any more, some of its money went back by hand, its guest has left, or what it was to change stands no longer.</returns>
    public Task<string?> RunAsync(Guid intentId, Guid hostBookingId, string actor, CancellationToken cancellation) =>
        database.TransactAsync(unit => ConfirmAsync(unit, intentId, hostBookingId, actor), cancellation);

    private async Task<string?> ConfirmAsync(UnitOfWork unit, Guid intentId, Guid hostBookingId, string actor)
    {
        var now = clock.GetUtcNow();
        var intent = await BookingIntents.LockAsync(unit, intentId);
        if (intent.ReservationId is { } standing)
        {
            return (await unit.Connection.ExecuteScalarAsync<string>(
                "SELECT confirmation_code FROM reserve.reservations WHERE id = @standing", new { standing }))!;
        }

        var (isPaid, rules) = await ReadAsync(unit, intent, now);
        if (!isPaid || intent.CancelRequestedAt is not null)
        {
            return null;
        }

        if (intent.ModifiesReservationId is not null)
        {
            return await ApplyModification.RunAsync(unit, intent, hostBookingId, actor, now);
        }

        if (!await Holds.ConvertAsync(unit, intent, now))
        {
            throw new InvalidOperationException($"booking intent {intentId} holds no nights to confirm");
        }

        var commission = Commission.For(rules.Commission, intent.BasePrice - intent.DiscountAmount, rules.BookingsThisMonth);
        var money = new ConfirmedMoney(
            Guid.CreateVersion7(now), intent.Id, intent.PropertyId, intent.Currency, intent.BasePrice - intent.DiscountAmount,
            intent.CleaningFee, intent.ServiceFee, intent.Taxes, commission.Amount);
        var code = await InsertReservationAsync(unit, intent, hostBookingId, commission, money, rules.ServiceTaxRate, now);
        await unit.SendAsync(
            new Statement(
                "SELECT WHERE reserve.confirm_booking_intent(@intentId, @Status, @ReservationId, @hostBookingId, @actor, 'booked at the Host', @now)",
                new { intentId, intent.Status, money.ReservationId, hostBookingId, actor, now },
                Statement.Requires(1, $"booking intent {intentId} is no longer {intent.Status}")),
            HostCommits.Record(intentId, "done", null, hostBookingId, now),
            Ledger.Post(Postings.BookingConfirmed(money), actor, now),
            Postings.ServiceTax(money, rules.ServiceTaxRate) is { } tax ? Ledger.Post(tax, actor, now) : null,
            Outbox.Append(
                unit, "booking.confirmed", "reservation", money.ReservationId,
                new { bookingIntentId = intentId, intent.PropertyId, intent.UnitId, intent.CheckIn, intent.CheckOut, intent.TotalAmount, intent.Currency },
                now));
        if (intent.Status == BookingIntentStatus.HostCommitFailed)
        {
            await Exceptions.ResolveAllAsync(unit, intentId, HostFailure.ExceptionType, "booked", now);
        }

        if (intent.ClosedReason is not null)
        {
            // It had ended, and late money revived it.
            await LatePayments.BookedAsync(unit, intentId, now);
        }

        return code;
    }

    // Once the intent is locked: nobody else changes what it has received.
    private static async Task<(bool IsPaid, FinanceRules Rules)> ReadAsync(UnitOfWork unit, BookingIntent intent, DateTimeOffset now)
    {
        await using var rows = await unit.Connection.QueryMultipleAsync(
            $"""
            {FinanceRules.Queue};

            SELECT coalesce(sum(a.amount_received), 0)
            FROM reserve.payment_attempts a
            WHERE a.booking_intent_id = @Id
              AND a.status = 'succeeded'
              AND NOT EXISTS (SELECT 1 FROM reserve.refunds f WHERE f.payment_attempt_id = a.id);

            {FinanceRules.Select}
            """,
            new { intent.Id, intent.PropertyId, intent.CityId, now, countedTo = (DateTimeOffset?)null });
        await rows.ReadSingleAsync<int>();
        var received = await rows.ReadSingleAsync<decimal>();
        return (received >= intent.AmountDue, await FinanceRules.ReadAsync(rows, intent.PropertyId));
    }

    private static async Task<string> InsertReservationAsync(
        UnitOfWork unit, BookingIntent intent, Guid hostBookingId, Commission commission, ConfirmedMoney money, decimal serviceTaxRate, DateTimeOffset now)
    {
        for (var tries = 0; tries < MaxCodes; tries++)
        {
            var code = ConfirmationCode.New();
            var inserted = await unit.Connection.ExecuteAsync(
                """
                WITH traveler AS (
                    INSERT INTO reserve.travelers (id, email, first_name, last_name, phone, created_at, updated_at)
                    VALUES (@TravelerId, @GuestEmail, @GuestFirstName, @GuestLastName, @GuestPhone, @now, @now)
                    ON CONFLICT (lower(email)) DO UPDATE
                    SET phone = coalesce(EXCLUDED.phone, travelers.phone),
                        updated_at = EXCLUDED.updated_at
                    RETURNING id)
                INSERT INTO reserve.reservations
                    (id, confirmation_code, booking_intent_id, city_id, property_id, unit_id, host_booking_id, traveler_id,
                     guest_first_name, guest_last_name, guest_email, guest_phone, check_in, check_out, guests_adults, guests_children, guests_infants,
                     currency, base_price, taxes, cleaning_fee, service_fee, discount_amount, total_amount, commission_amount,
                     service_tax, service_tax_rate, net_to_property, commission_rule, quote, cancellation_policy, special_requests, account_id, right_of_withdrawal,
                     booked_at, created_at, updated_at)
                SELECT @ReservationId, @code, i.id, i.city_id, i.property_id, i.unit_id, @hostBookingId, traveler.id,
                       i.guest_first_name, i.guest_last_name, i.guest_email, i.guest_phone, i.check_in, i.check_out, i.guests_adults, i.guests_children, i.guests_infants,
                       i.currency, i.base_price, i.taxes, i.cleaning_fee, i.service_fee, i.discount_amount, i.total_amount, @Commission,
                       @ServiceTax, @serviceTaxRate, @NetToProperty, @Rule::jsonb, i.quote, i.cancellation_policy, i.special_requests, i.account_id, c.right_of_withdrawal,
                       @now, @now, @now
                FROM reserve.booking_intents i
                JOIN reserve.cities c ON c.id = i.city_id
                CROSS JOIN traveler
                WHERE i.id = @Id
                ON CONFLICT (confirmation_code) DO NOTHING
                """,
                new
                {
                    intent.Id,
                    money.ReservationId,
                    code,
                    hostBookingId,
                    TravelerId = Guid.CreateVersion7(now),
                    intent.GuestEmail,
                    intent.GuestFirstName,
                    intent.GuestLastName,
                    intent.GuestPhone,
                    Commission = commission.Amount,
                    money.NetToProperty,
                    ServiceTax = money.ServiceTaxAt(serviceTaxRate),
                    serviceTaxRate,
                    Rule = JsonSerializer.Serialize(commission, EventJson.Options),
                    now,
                });
            if (inserted == 1)
            {
                return code;
            }
        }

        throw new InvalidOperationException("no free confirmation code was found");
    }
}
