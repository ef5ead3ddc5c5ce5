using System.Net.Http.Json;
using System.Text.Json;

namespace ReserveConnect.Tests.Sandbox;

/// <summary>What tests ask of SendGrid's stand-in.</summary>
internal static class MailCalls
{
    /// <summary>A message in order, or with members replaced.</summary>
    public static async Task<(int Status, string? Id, JsonElement Json)> MailAsync(this HttpClient mail, string to, params (string Member, object? Value)[] other)
    {
        var body = new Dictionary<string, object?>
        {
            ["personalizations"] = new[] { new { to = new[] { new { email = to } }, custom_args = new { reserve_message_id = "7" } } },
            ["from"] = new { email = "bookings@reserve.example", name = "Reserve Connect" },
            ["subject"] = "Your stay",
            ["content"] = new[] { new { type = "text/plain", value = "Text" } },
        };
        foreach (var (member, value) in other)
            body[member] = value;
        using var answer = await mail.PostAsJsonAsync("/v3/mail/send", body);
        var text = await answer.Content.ReadAsStringAsync();
        return (
            (int)answer.StatusCode,
            answer.Headers.TryGetValues("X-Message-Id", out var ids) ? ids.Single() : null,
            text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    /// <summary>The mails that were taken.</summary>
    public static async Task<JsonElement[]> MailsAsync(this HttpClient mail) => (await mail.GetFromJsonAsync<JsonElement[]>("/control/mails"))!;
}
