using Microsoft.Extensions.Options;
using ReserveConnect.Booking.Modifications;
using ReserveConnect.Database;

namespace ReserveConnect.Booking;

/// <summary>What somebody says who cancels.</summary>
/// <param name="ConfirmationCode">As typed.</param>
/// <param name="Reason">In their own words.</param>
/// <param name="ExpectedRefund">What they were shown: another refund now is told first.</param>
/// <param name="Actor">As audit rows call them.</param>
/// <param name="Language">Of what they are told: <c>pt-BR</c> or <c>en</c>.</param>
public sealed record CancelRequest(string ConfirmationCode, string? Reason, decimal? ExpectedRefund, string Actor, string Language = "pt-BR");

/// <summary>
/// A booking is given up by its guest, or by an agent for the guest: what it gives is fixed in the same transaction that takes
/// the reservation out of those that stand. Its saga does the rest.
/// </summary>
public sealed class CancelBooking(ReserveDatabase database, TimeProvider clock, IOptions<BookingOptions> options)
{
    /// <summary>Longer words are refused.</summary>
    public const int MaxReason = 500;

    /// <summary>
    /// What cancelling now would give. Refusals: <c>reservation_not_found</c>, <c>already_checked_in</c>, <c>already_no_show</c>,
    /// <c>already_cancelled</c>, <c>modification_under_way</c>.
    /// </summary>
    public async Task<Outcome<CancellationQuote>> QuoteAsync(string typedCode, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var code = ConfirmationCode.Normalise(typedCode);
        if (code is null || await ReservationRows.FindByCodeAsync(connection, code) is not { } reservation)
        {
            return NotFound;
        }

        return (BeginCancellation.RefusalOf(reservation.Status) ?? await OpenModifications.RefusalAsync(connection, reservation.Id)) is { } refusal
            ? refusal
            : (await BeginCancellation.QuoteAsync(connection, reservation, options.Value.CancelWishTime, clock.GetUtcNow())).Quote;
    }

    /// <summary>
    /// Begins the cancellation; what is being cancelled or is cancelled already is answered the same. Refusals as of
    /// <see cref="QuoteAsync"/>, and <c>reason_too_long</c>, <c>quote_changed</c> with the quote as it is now. Whoever has to wait
    /// for the end of a change loses nothing by it: when they asked is kept.
    /// </summary>
    public async Task<Outcome<CancellationView>> RunAsync(CancelRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Reason?.Length > MaxReason)
        {
            return TooLong;
        }

        Reservation? known = null;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            if (ConfirmationCode.Normalise(request.ConfirmationCode) is { } code)
            {
                known = await ReservationRows.FindByCodeAsync(connection, code);
            }
        }

        return known is null ? NotFound : await database.TransactAsync(unit => CancelAsync(unit, known, request), cancellation);
    }

    private async Task<Outcome<CancellationView>> CancelAsync(UnitOfWork unit, Reservation known, CancelRequest request)
    {
        var now = clock.GetUtcNow();
        var reservation = await ReservationRows.LockAsync(unit, known.Id, known.BookingIntentId);
        if (reservation.Status is not (ReservationStatus.CancelPending or ReservationStatus.Cancelled))
        {
            if (BeginCancellation.RefusalOf(reservation.Status) is { } refusal)
            {
                return refusal;
            }

            if (await OpenModifications.RefusalAsync(unit.Connection, reservation.Id) is { } underWay)
            {
                return await CancelWish.KeepAsync(unit, reservation, request, underWay, options.Value.CancelWishTime, now);
            }

            var money = await BeginCancellation.QuoteAsync(unit.Connection, reservation, options.Value.CancelWishTime, now);
            if (request.ExpectedRefund is { } expected && expected != money.Quote.Refund)
            {
                return Changed(money.Quote);
            }

            await OpenModifications.EndUnpaidAsync(unit, reservation.Id, request.Actor, now);
            await BeginCancellation.WriteAsync(unit, reservation, money, new(request.Actor, request.Reason, IsForced: false), now);
        }

        return (await CancellationView.LatestAsync(unit.Connection, reservation.ConfirmationCode))!;
    }

    internal static Refusal NotFound => Refusal.NotFound("reservation_not_found", "There is no reservation with this code.");

    internal static Refusal TooLong => Refusal.Unprocessable(
        "reason_too_long", $"A reason has at most {MaxReason} characters.", new FieldError("reason", "reason_too_long", $"At most {MaxReason} characters."));

    private static Refusal Changed(CancellationQuote quote) =>
        Refusal.Conflict("quote_changed", "Cancelling gives another amount back than you were shown. Look at the quote again and send what it says.") with
        {
            Extensions = new Dictionary<string, object?> { ["quote"] = quote },
        };
}
