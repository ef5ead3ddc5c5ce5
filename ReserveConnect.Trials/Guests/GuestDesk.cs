using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Guests;

/// <summary>A hold that a guest has taken.</summary>
/// <param name="Token">What the guest proves it to be theirs with.</param>
internal sealed record Held(Guid IntentId, string Token, TrialStay Stay, decimal Total, DateTimeOffset ExpiresAt);

/// <summary>Who travels.</summary>
internal sealed record Party(int Adults, int Children = 0, int Infants = 0);

/// <summary>A charge that a guest may pay.</summary>
/// <param name="Id">At the provider.</param>
/// <param name="ClientSecret">Cards: what the browser confirms with.</param>
/// <param name="HoldExpiresAt">UTC instant at which the hold now ends.</param>
internal sealed record Charge(bool IsPix, string Id, string? ClientSecret, DateTimeOffset HoldExpiresAt);

/// <summary>A booking that stands.</summary>
/// <param name="Code">What its guest knows it by.</param>
internal sealed record Booked(Guid ReservationId, string Code);

/// <summary>What a system answered; <paramref name="Code"/> is the stable word of a refusal.</summary>
internal sealed record Told<T>(HttpStatusCode Status, string? Code, T? Value)
    where T : class
{
    public bool IsDone => Value is not null;
}

/// <summary>What guests do, over HTTP: at the public API, at Stripe as a browser, at Mercado Pago as the guest's bank.</summary>
/// <param name="onBreakdown">Told of every answer that nobody should ever get.</param>
internal sealed class GuestDesk(TrialWorld world, Action<string> onBreakdown)
{
    /// <summary>Asks for a hold.</summary>
    public async Task<Told<Held>> HoldAsync(TrialStay stay, string guest, Party? party = null)
    {
        party ??= new(1);
        var (status, body) = await SendAsync(HttpMethod.Post, "api/booking-intents", null, new
        {
            unit_id = stay.UnitId,
            check_in = stay.CheckIn,
            check_out = stay.CheckOut,
            adults = party.Adults,
            children = party.Children,
            infants = party.Infants,
            guest = new { email = AddressOf(guest), first_name = "Ana", last_name = "Souza", phone = "+55 48 99999-0000" },
        });
        return Of(status, body, () => new Held(
            body["booking_intent_id"]!.GetValue<Guid>(),
            body["access_token"]!.GetValue<string>(),
            stay,
            body["total"]!.GetValue<decimal>(),
            body["expires_at"]!.GetValue<DateTimeOffset>()));
    }

    /// <summary>The e-mail address of a guest.</summary>
    public static string AddressOf(string guest) => $"{guest}@example.com";

    /// <summary>Begins a payment; the charge that is open is given again.</summary>
    public async Task<Told<Charge>> BeginAsync(Held held, bool byPix)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, $"api/booking-intents/{held.IntentId}/payments/{(byPix ? "pix" : "card")}", held.Token, null);
        return Of(status, body, () => new Charge(
            byPix,
            body["provider_payment_id"]!.GetValue<string>(),
            body["client_secret"]?.GetValue<string>(),
            body["hold_expires_at"]!.GetValue<DateTimeOffset>()));
    }

    /// <summary>Looks where the payment stands, which makes the provider be asked now and then.</summary>
    public async Task LookAsync(Held held) => await SendAsync(HttpMethod.Get, $"api/booking-intents/{held.IntentId}/payment", held.Token, null);

    /// <summary>Leaves before the booking stands.</summary>
    public async Task<HttpStatusCode> LeaveAsync(Held held) =>
        (await SendAsync(HttpMethod.Delete, $"api/booking-intents/{held.IntentId}", held.Token, null)).Status;

    /// <summary>The booking that an intent became.</summary>
    public async Task<Booked> BookedAsync(Held held)
    {
        await using var connection = await world.Records.OpenConnectionAsync();
        return await connection.QuerySingleAsync<Booked>(
            "SELECT id AS reservation_id, confirmation_code AS code FROM reserve.reservations WHERE booking_intent_id = @IntentId", new { held.IntentId });
    }

    /// <summary>What giving a booking up gives back.</summary>
    public async Task<decimal> QuoteAsync(Held held, Booked booked)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, $"api/reservations/{booked.Code}/cancellation-quote", held.Token, null);
        return status == HttpStatusCode.OK ? body["refund"]!.GetValue<decimal>() : throw new InvalidOperationException($"no quote: {(int)status} {body["code"]}");
    }

    /// <summary>Gives a booking up.</summary>
    public async Task CancelAsync(Held held, Booked booked, decimal refund)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, $"api/reservations/{booked.Code}/cancel", held.Token, new { expected_refund = refund });
        if (status is not (HttpStatusCode.OK or HttpStatusCode.Accepted))
            throw new InvalidOperationException($"a booking could not be given up: {(int)status} {body["code"]}");
    }

    /// <summary>An agent gives some of a booking's money back.</summary>
    public async Task GiveBackAsync(Booked booked, decimal amount, string chargedTo)
    {
        var (status, body) = await SendAsync(
            HttpMethod.Post, $"api/admin/reservations/{booked.ReservationId}/refund", await world.Agent.TokenAsync(), new { amount, reason = "the heating failed", charged_to = chargedTo });
        if (status != HttpStatusCode.Accepted || body["exception_id"] is not null)
            throw new InvalidOperationException($"an agent could not give money back: {(int)status} {body["code"]}");
    }

    /// <summary>Pays: the browser at Stripe, or the guest's bank at Mercado Pago.</summary>
    /// <param name="charge">The charge.</param>
    /// <param name="amount">PIX: what arrives if it is not what was asked for.</param>
    /// <param name="withdrawn">PIX: also where the charge was withdrawn meanwhile.</param>
    /// <returns>Whether the provider took it; null: the answer was lost.</returns>
    public async Task<bool?> PayAsync(Charge charge, decimal? amount = null, bool withdrawn = false)
    {
        try
        {
            return await (charge.IsPix ? PayPixAsync(charge.Id, amount, withdrawn) : ConfirmCardAsync(charge.Id, charge.ClientSecret!));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<bool> ConfirmCardAsync(string id, string secret)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("client_secret", secret), KeyValuePair.Create("payment_method", "pm_card_visa")]);
        using var answer = await world.Stripe.PostAsync($"v1/payment_intents/{id}/confirm", form);
        return answer.IsSuccessStatusCode;
    }

    private async Task<bool> PayPixAsync(string id, decimal? amount, bool withdrawn)
    {
        using var answer = await world.MercadoPago.PostAsJsonAsync($"control/pix/{id}/pay", new { amount, withdrawn });
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Asks the public API for something.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpMethod method, string path, string? token, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await world.Api.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        // 503 is a provider that does not answer, which is told as such; any other 5xx is our own breakdown.
        if ((int)answer.StatusCode >= 500 && answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            onBreakdown($"{method} {path.Split('/')[^1]} answered {(int)answer.StatusCode}: {text}");
        return (answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject());
    }

    private static Told<T> Of<T>(HttpStatusCode status, JsonNode body, Func<T> read)
        where T : class =>
        status == HttpStatusCode.Created ? new(status, null, read()) : new(status, body["code"]?.GetValue<string>(), null);
}
