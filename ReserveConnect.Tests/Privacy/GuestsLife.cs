using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Privacy;

/// <summary>What guests do whose names, numbers and wishes are found nowhere else.</summary>
internal static class GuestsLife
{
    public const string FirstName = "Zuleica";
    public const string LastName = "Quaresmeira";
    public const string Phone = "+55 48 97531-8642";
    public const string Wish = "a cot for Filomena";

    /// <summary>Asks for a hold, with an account or without.</summary>
    public static Task<Answer> AskAsync(this Marketplace market, Stay stay, string email, string? token, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/booking-intents")
        {
            Content = JsonContent.Create(new
            {
                unit_id = stay.UnitId, check_in = stay.CheckIn, check_out = stay.CheckOut, adults = 1, special_requests = Wish,
                guest = new { email, first_name = FirstName, last_name = LastName, phone = Phone },
            }),
        };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return market.SendAsIsAsync(request);
    }

    public static async Task<Held> HoldAsync(this Marketplace market, string email, string? token, string? idempotencyKey = null)
    {
        var stay = await market.FreeStayAsync();
        var answer = await People.ExpectAsync(HttpStatusCode.Created, market.AskAsync(stay, email, token, idempotencyKey));
        return new(answer["booking_intent_id"]!.GetValue<Guid>(), stay, answer["total"]!.GetValue<decimal>());
    }

    /// <summary>A booking that was paid and confirmed.</summary>
    public static async Task<Held> BookAsync(this Marketplace market, string email, string? token, string method = "card")
    {
        var held = await market.HoldAsync(email, token, Guid.CreateVersion7().ToString());
        var payment = await market.BeginPaymentAsync(held, method);
        Assert.Equal(HttpStatusCode.OK, method == "card" ? await market.ConfirmCardAsync(payment) : await market.PayPixAsync(payment));
        await market.UntilAsync(held.IntentId, "confirmed");
        return held;
    }

    /// <summary>The reservation of an intent.</summary>
    public static async Task<(Guid Id, string Code)> StandingAsync(this Marketplace market, Guid intentId)
    {
        await using var connection = await market.OpenAsync();
        return await connection.QuerySingleAsync<(Guid, string)>(
            "SELECT id, confirmation_code FROM reserve.reservations WHERE booking_intent_id = @intentId", new { intentId });
    }

    /// <summary>Waits until so much of a reservation's money is back.</summary>
    public static Task UntilBackAsync(this Marketplace market, Guid reservationId, decimal amount) => Marketplace.EventuallyAsync(
        async () => await market.ReadAsync<decimal>("SELECT refund_amount FROM reserve.reservations WHERE id = @reservationId", new { reservationId }) == amount,
        () => $"{amount} is not back\n{market.Complaints}");

    /// <summary>The guest came and left.</summary>
    public static async Task EndStayAsync(this Marketplace market, Guid intentId)
    {
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            SELECT reserve.transition_reservation(id, 'confirmed', 'checked_in', 'test', 'arrived', now()),
                   reserve.transition_reservation(id, 'checked_in', 'checked_out', 'test', 'left', now())
            FROM reserve.reservations
            WHERE booking_intent_id = @intentId
            """,
            new { intentId });
    }

    /// <summary>Something that Stripe reports, as Stripe signs it.</summary>
    public static Task<Answer> StripeReportsAsync(this Marketplace market, string body)
    {
        var t = market.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("whsec_sandbox"u8, Encoding.UTF8.GetBytes($"{t}.{body}")));
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/webhooks/stripe") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Stripe-Signature", $"t={t},v1={signature}");
        return market.SendAsIsAsync(request);
    }

    public static Task<Answer> EraseAsync(this Marketplace market, Person guest, string password = People.Password) =>
        market.PostAsync("accounts/me/erase", new { current_password = password }, guest.Access);

    /// <summary>The tables of the whole database in which a text stands anywhere.</summary>
    public static async Task<IReadOnlyList<string>> TablesWithAsync(this Marketplace market, string text)
    {
        await using var connection = await market.OpenAsync();
        var tables = await connection.QueryAsync<string>(
            """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r'
              AND n.nspname NOT IN ('pg_catalog', 'information_schema')
              AND n.nspname NOT LIKE 'pg_toast%'
            ORDER BY 1
            """);
        var found = new List<string>();
        foreach (var table in tables)
        {
            if (await connection.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT 1 FROM {table} t WHERE strpos(lower(t::text), lower(@text)) > 0)", new { text }))
                found.Add(table);
        }

        return found;
    }
}
