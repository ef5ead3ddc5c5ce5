using System.Text.Json;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>What tests ask of Stripe's stand-in.</summary>
internal static class StripeCalls
{
    public const string Intents = "/v1/payment_intents";

    /// <summary>A payment of R$ 640.00, not yet confirmed.</summary>
    public static Task<Answer> IntentAsync(this HttpClient stripe, string more = "", string? key = null) =>
        stripe.FormAsync(Intents, $"amount=64000&currency=brl{more}", key);

    /// <summary>A payment of R$ 640.00 with a card, confirmed at once.</summary>
    public static Task<Answer> PayAsync(this HttpClient stripe, string method = "pm_card_visa", string more = "") =>
        stripe.IntentAsync($"&payment_method={method}&confirm=true{more}");

    /// <summary>The card data of a form, as the browser sends it.</summary>
    public static string Card(string number, string month = "12", string year = "34", string cvc = "123") =>
        $"payment_method_data[type]=card&payment_method_data[card][number]={number}&payment_method_data[card][exp_month]={month}"
        + $"&payment_method_data[card][exp_year]={year}&payment_method_data[card][cvc]={cvc}";

    public static JsonElement Error(this Answer answer) => answer.Json.GetProperty("error");

    public static string? ErrorCode(this Answer answer) => answer.Error().TryGetProperty("code", out var code) ? code.GetString() : null;

    public static IEnumerable<JsonElement> Data(this Answer answer) => answer.Json.GetProperty("data").EnumerateArray();

    /// <summary>Types of the events about an object, oldest first.</summary>
    public static async Task<IEnumerable<string>> EventsAsync(this HttpClient stripe) =>
        (await stripe.ReadAsync("/v1/events?limit=100")).Data().Select(e => e.GetProperty("type").GetString()!).Reverse();
}
