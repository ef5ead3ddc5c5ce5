using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using ReserveConnect.Notifications;

namespace ReserveConnect.Providers.SendGrid;

/// <summary>What every sender by SendGrid has in common.</summary>
internal static partial class SendGridCalls
{
    /// <summary>SendGrid in logs, metrics, circuits.</summary>
    public const string Provider = "sendgrid";

    /// <summary>The one operation.</summary>
    public const string Operation = "mail.send";

    /// <summary>The custom argument that every event of a message carries.</summary>
    public const string MessageId = "reserve_message_id";

    private const string IdHeader = "X-Message-Id";

    /// <summary>SendGrid never says that a call is still being worked on.</summary>
    public static IReadOnlySet<HttpStatusCode> UnderWay { get; } = new HashSet<HttpStatusCode>();

    /// <summary>What an accepted message is called.</summary>
    public static AcceptedEmail Accepted(HttpResponseHeaders headers) =>
        new(headers.TryGetValues(IdHeader, out var ids) ? ids.FirstOrDefault() : null);

    /// <summary>The answer while no API key is set.</summary>
    public static ProviderAnswer<AcceptedEmail> NotConfigured(ILogger log)
    {
        log.LogWarning("{Provider} {Operation}: not sent, {Setting} is not set", Provider, Operation, $"{EmailOptions.Section}:{nameof(EmailOptions.ApiKey)}");
        return new ProviderAnswer<AcceptedEmail>.NotSent("no API key is set");
    }

    /// <summary>The first error of a body, null if it is none of SendGrid's. SendGrid has no codes: the path of the field
    /// that it complains about is the code, <c>refused</c> when it names none.</summary>
    public static ProviderRefusal? Refusal(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, SendGridJson.Default.SendGridErrorBody)?.Errors is [{ } first, ..]
                ? new ProviderRefusal(first.Field is { } field && field != "null" && FieldPath().IsMatch(field) ? field : "refused", first.Message ?? "")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[a-z_0-9.\[\]]{1,100}\z")]
    private static partial Regex FieldPath();
}
