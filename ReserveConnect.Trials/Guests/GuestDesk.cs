using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Guests;

/// <summary>A hold that a guest has taken.</summary>
/// <param name="Token">What the guest proves it to be theirs with.</param>
internal sealed record Held(Guid IntentId, string Token, TrialStay Stay, decimal Total, DateTimeOffset ExpiresAt);

/// <summary>A charge that a guest may pay.</summary>
/// <param name="Id">At the provider.</param>
/// <param name="ClientSecret">Cards: what the browser confirms with.</param>
/// <param name="HoldExpiresAt">UTC instant at which the hold now ends.</param>
internal sealed record Charge(bool IsPix, string Id, string? ClientSecret, DateTimeOffset HoldExpiresAt);

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
    public async Task<Told<Held>> HoldAsync(TrialStay stay, string guest)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, "api/booking-intents", null, new
        {
            unit_id = stay.UnitId,
            check_in = stay.CheckIn,
            check_out = stay.CheckOut,
            adults = 1,
            guest = new { email = $"{guest}@example.com", first_name = "Ana", last_name = "Souza", phone = "+55 48 99999-0000" },
        });
        return Of(status, body, () => new Held(
            body["booking_intent_id"]!.GetValue<Guid>(),
            body["access_token"]!.GetValue<string>(),
            stay,
            body["total"]!.GetValue<decimal>(),
            body["expires_at"]!.GetValue<DateTimeOffset>()));
    }

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

    private async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpMethod method, string path, string? token, object? body)
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
