using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ReserveConnect.Trials.Guests;

namespace ReserveConnect.Trials.Replay;

/// <summary>A change that was begun.</summary>
/// <param name="Due">What it costs, to be paid before it is made.</param>
internal sealed record BegunChange(Guid IntentId, decimal Due);

/// <summary>Where a booking or a change stands.</summary>
internal sealed record Standing(string Status, string? Code);

/// <summary>What guests and the hotel do of a booking beyond holding and paying it, over HTTP at the public API.</summary>
internal sealed class Reception(GuestDesk desk)
{
    /// <summary>Asks what a stay costs, and whether it can be had; null: it can, else the code of the refusal.</summary>
    public async Task<string?> QuoteAsync(Guid unitId, Wanted stay)
    {
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"check_in={stay.CheckIn:yyyy-MM-dd}&check_out={stay.CheckOut:yyyy-MM-dd}&adults={stay.Party.Adults}&children={stay.Party.Children}&infants={stay.Party.Infants}");
        var (status, body) = await desk.SendAsync(HttpMethod.Get, $"api/units/{unitId}/availability?{query}", null, null);
        return Refusal(status, body);
    }

    /// <summary>Looks where a booking or a change stands.</summary>
    public async Task<Told<Standing>> LookAsync(Guid intentId, string token)
    {
        var (status, body) = await desk.SendAsync(HttpMethod.Get, $"api/booking-intents/{intentId}", token, null);
        return Of(status, body, () => new Standing(body["status"]!.GetValue<string>(), body["confirmation_code"]?.GetValue<string>()));
    }

    /// <summary>Proves a booking by e-mail and confirmation code.</summary>
    public async Task<Told<string>> ProveAsync(string guest, string code)
    {
        var (status, body) = await desk.SendAsync(
            HttpMethod.Post, "api/reservations/access", null, new { email = GuestDesk.AddressOf(guest), confirmation_code = code });
        return Of(status, body, () => body["access_token"]!.GetValue<string>());
    }

    /// <summary>Begins a change.</summary>
    public async Task<Told<BegunChange>> ChangeAsync(string code, string token, Wanted stay)
    {
        var (status, body) = await desk.SendAsync(HttpMethod.Post, $"api/reservations/{code}/modify", token, new
        {
            check_in = stay.CheckIn,
            check_out = stay.CheckOut,
            adults = stay.Party.Adults,
            children = stay.Party.Children,
            infants = stay.Party.Infants,
        });
        return Of(status, body, () => new BegunChange(body["booking_intent_id"]!.GetValue<Guid>(), body["price"]!["amount_due"]!.GetValue<decimal>()));
    }

    /// <summary>Gives a booking up; null: it is done or on its way, else the code of the refusal.</summary>
    public Task<string?> CancelAsync(string code, string token) => MoveAsync(code, "cancel", token);

    /// <inheritdoc cref="CancelAsync"/>
    public Task<string?> CheckInAsync(string code, string token) => MoveAsync(code, "check-in", token);

    /// <inheritdoc cref="CancelAsync"/>
    public Task<string?> CheckOutAsync(string code, string token) => MoveAsync(code, "check-out", token);

    private async Task<string?> MoveAsync(string code, string move, string token)
    {
        var (status, body) = await desk.SendAsync(HttpMethod.Post, $"api/reservations/{code}/{move}", token, null);
        return Refusal(status, body);
    }

    private static string? Refusal(HttpStatusCode status, JsonNode body) =>
        (int)status < 300 ? null : body["code"]?.GetValue<string>() ?? $"http_{(int)status}";

    private static Told<T> Of<T>(HttpStatusCode status, JsonNode body, Func<T> read)
        where T : class =>
        Refusal(status, body) is { } code ? new(status, code, null) : new(status, null, read());
}
