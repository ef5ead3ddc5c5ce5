using System.Text.Json;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Idempotency;
using ReserveConnect.Inventory;
using ReserveConnect.Privacy;

namespace ReserveConnect.Booking;

/// <summary>What a guest sends to hold a stay. Prices are never among it.</summary>
/// <param name="AccountId">Whose account it is made with; null without one.</param>
public sealed record BookingIntentRequest(StayRequest Stay, GuestDetails Guest, string? SpecialRequests, Guid? AccountId = null);

/// <summary>
/// Step 1 of the booking saga: quotes the stay and takes one hold per night together with the intent, or takes nothing.
/// </summary>
public sealed class CreateBookingIntent(
    ReserveDatabase database, Availability availability, Pseudonyms pseudonyms, TimeProvider clock, IOptions<BookingOptions> options)
{
    private const string Scope = "create_booking_intent";
    private const int MaxSpecialRequests = 2_000;

    /// <summary>
    /// Refusals: those of <see cref="Availability.QuoteAsync"/>, <c>invalid_guest</c>, <c>not_available</c> (with nearby
    /// alternatives), <c>idempotency_key_reused</c>, <c>too_many_open_intents</c>, <c>account_closed</c>.
    /// </summary>
    /// <param name="network">The client's network, as an IPv6 number, of which only a pseudonym is kept.</param>
    /// <param name="site">The larger network that one subscriber may have all of; likewise.</param>
    public async Task<Outcome<BookingIntentView>> RunAsync(
        BookingIntentRequest request, string? idempotencyKey, UInt128 network, UInt128 site, CancellationToken cancellation)
    {
        if (Check(request, idempotencyKey) is { } refusal)
        {
            return refusal;
        }

        var key = idempotencyKey is null ? null
            : request.AccountId is { } account ? IdempotencyKey.For(Scope, $"account:{account}", idempotencyKey, request)
            : IdempotencyKey.For(Scope, pseudonyms.OfNetwork(network), idempotencyKey, request);
        if (key is not null && await AnsweredAsync(key, cancellation) is { } answered)
        {
            return answered;
        }

        var open = OpenIntents.Of(options.Value, pseudonyms, network, site, request.Guest.Email!);

        // A price that changes between quote and hold costs a new quote, never a wrong price.
        for (var quotes = 0; quotes < options.Value.RequoteTries; quotes++)
        {
            var quote = await availability.QuoteAsync(request.Stay, cancellation);
            if (quote.Refusal is not null)
            {
                return await WithAlternativesAsync(request.Stay, quote.Refusal, cancellation);
            }

            var hold = await HoldAsync(request, quote.Value, key, open, cancellation);
            switch (hold.Result)
            {
                case HoldResult.Taken:
                    return hold.View!;
                case HoldResult.KeyInUse:
                    // Erased between the two looks: whoever asks again finds the key free.
                    return await AnsweredAsync(key!, cancellation)
                        ?? Refusal.Conflict("request_under_way", "Another request with this Idempotency-Key was done just now; please ask again.");
                case HoldResult.NotAvailable:
                    return await WithAlternativesAsync(request.Stay, NotAvailable, cancellation);
                case HoldResult.TooManyOpen:
                    return Refusal.TooMany(
                        "too_many_open_intents", "Too many stays are held and not paid; pay or cancel one of them first.", hold.Wait);
                case HoldResult.AccountGone:
                    return Refusal.Unauthenticated("account_closed", "This account is no longer open.");
                case HoldResult.PriceChanged:
                    continue;
            }
        }

        return Refusal.Conflict("price_changing", "The price of this stay is changing right now; please ask again.");
    }

    private static Refusal NotAvailable =>
        Refusal.Conflict("not_available", "At least one night of this stay is no longer available.");

    private static Refusal? Check(BookingIntentRequest request, string? idempotencyKey)
    {
        var errors = request.Guest.Check().ToList();
        if (request.SpecialRequests?.Length > MaxSpecialRequests)
        {
            errors.Add(new("special_requests", "too_long", $"At most {MaxSpecialRequests} characters."));
        }

        if (idempotencyKey is { Length: 0 or > KeyedRequest.MaxKeyLength })
        {
            errors.Add(new("Idempotency-Key", "invalid_key", $"1 to {KeyedRequest.MaxKeyLength} characters."));
        }

        return errors.Count == 0
            ? null
            : Refusal.Unprocessable("invalid_guest", "The booking lacks something or has a bad field.", [.. errors]);
    }

    private async Task<Outcome<BookingIntentView>?> AnsweredAsync(IdempotencyKey key, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await key.AnswerAsync<BookingIntentView>(connection);
    }

    private Task<Hold> HoldAsync(
        BookingIntentRequest request, Quote quote, IdempotencyKey? key, OpenIntents open, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var intent = IntentOf(request, quote, now);
        var view = BookingIntentView.Of(intent, null, options.Value);
        return database.TransactAsync(
            async unit =>
            {
                if (key is not null && !await key.KeepAsync(unit, intent.Id, view, now))
                {
                    unit.RollBack();
                    return new Hold(HoldResult.KeyInUse, null);
                }

                if (request.AccountId is { } accountId && !await AccountRows.KeepActiveAsync(unit, accountId))
                {
                    unit.RollBack();
                    return new Hold(HoldResult.AccountGone, null);
                }

                if (await open.WaitAsync(unit, options.Value, now) is { } wait)
                {
                    unit.RollBack();
                    return new Hold(HoldResult.TooManyOpen, null, wait);
                }

                var stay = await Holds.TakeStayAsync(unit, intent.UnitId, intent.CheckIn, intent.CheckOut, now);
                if (stay.Nights.Length < quote.Nights.Count)
                {
                    unit.RollBack();
                    return new Hold(HoldResult.NotAvailable, null);
                }

                if (!Stands(intent.Quote, request.Stay, stay))
                {
                    unit.RollBack();
                    return new Hold(HoldResult.PriceChanged, null);
                }

                await unit.SendAsync(
                    [Insert(intent, request.AccountId, open), .. Holds.Record(unit, intent.Id, intent.UnitId, intent.CheckIn, intent.CheckOut, now)]);
                return new Hold(HoldResult.Taken, view);
            },
            cancellation);
    }

    // All that the quote says, and not the sum alone: fees and taxes go to others than the price of the nights.
    private static bool Stands(string quote, StayRequest request, HeldStay stay) =>
        stay.Offer is { } offer && Json(Pricing.Quote(offer, request, stay.Nights)) == quote;

    private static string Json(Quote quote) => JsonSerializer.Serialize(quote, EventJson.Options);

    private BookingIntent IntentOf(BookingIntentRequest request, Quote quote, DateTimeOffset now) =>
        new(
            Guid.CreateVersion7(now),
            quote.CityId,
            quote.PropertyId,
            quote.UnitId,
            quote.HostUnitId,
            quote.CheckIn,
            quote.CheckOut,
            request.Stay.Adults,
            request.Stay.Children,
            request.Stay.Infants,
            quote.Currency,
            quote.BasePrice,
            quote.Discount,
            quote.CleaningFee,
            quote.ServiceFee,
            quote.Taxes,
            quote.Total,
            Json(quote),
            JsonSerializer.Serialize(quote.CancellationPolicy, EventJson.Options),
            BookingIntentStatus.Created,
            null,
            0,
            now + options.Value.HoldTime,
            null,
            null,
            null,
            request.Guest.Email!,
            request.Guest.FirstName!.Trim(),
            request.Guest.LastName!.Trim(),
            request.Guest.Phone,
            request.SpecialRequests,
            now,
            null);

    private static Statement Insert(BookingIntent intent, Guid? accountId, OpenIntents open) =>
        new(
            """
            INSERT INTO reserve.booking_intents
                (id, city_id, property_id, unit_id, check_in, check_out, guests_adults, guests_children, guests_infants, currency,
                 base_price, discount_amount, cleaning_fee, service_fee, taxes, total_amount, quote, cancellation_policy,
                 status, expires_at, guest_email, guest_first_name, guest_last_name, guest_phone, special_requests,
                 account_id, client_key, site_key, email_key, created_at, updated_at)
            VALUES (@Id, @CityId, @PropertyId, @UnitId, @CheckIn, @CheckOut, @GuestsAdults, @GuestsChildren, @GuestsInfants, @Currency,
                    @BasePrice, @DiscountAmount, @CleaningFee, @ServiceFee, @Taxes, @TotalAmount, @Quote::jsonb, @CancellationPolicy::jsonb,
                    @Status, @ExpiresAt, @GuestEmail, @GuestFirstName, @GuestLastName, @GuestPhone, @SpecialRequests,
                    @accountId, @ClientKey, @SiteKey, @EmailKey, @CreatedAt, @CreatedAt)
            """,
            new
            {
                intent.Id, intent.CityId, intent.PropertyId, intent.UnitId, intent.CheckIn, intent.CheckOut,
                intent.GuestsAdults, intent.GuestsChildren, intent.GuestsInfants, intent.Currency,
                intent.BasePrice, intent.DiscountAmount, intent.CleaningFee, intent.ServiceFee, intent.Taxes, intent.TotalAmount,
                intent.Quote, intent.CancellationPolicy, intent.Status, intent.ExpiresAt,
                intent.GuestEmail, intent.GuestFirstName, intent.GuestLastName, intent.GuestPhone, intent.SpecialRequests,
                accountId, open.ClientKey, open.SiteKey, open.EmailKey, intent.CreatedAt,
            });

    private async Task<Refusal> WithAlternativesAsync(StayRequest stay, Refusal refusal, CancellationToken cancellation)
    {
        if (refusal.Code != "not_available")
        {
            return refusal;
        }

        var extensions = new Dictionary<string, object?>(refusal.Extensions ?? new Dictionary<string, object?>())
        {
            ["alternatives"] = await availability.NearbyAlternativesAsync(stay, cancellation),
        };
        return refusal with { Extensions = extensions };
    }

    private enum HoldResult
    {
        Taken,
        NotAvailable,
        PriceChanged,
        KeyInUse,
        TooManyOpen,
        AccountGone,
    }

    private sealed record Hold(HoldResult Result, BookingIntentView? View, TimeSpan Wait = default);
}
