using System.Text.Json.Serialization;
using ReserveConnect.Notifications;

namespace ReserveConnect.Providers.SendGrid;

/// <summary>Body of <c>POST /v3/mail/send</c>, as far as it is used here.</summary>
internal sealed record SendGridMail(
    IReadOnlyList<SendGridEnvelope> Personalizations,
    SendGridAddress From,
    string Subject,
    IReadOnlyList<SendGridContent> Content,
    IReadOnlyList<string> Categories)
{
    /// <summary>Our message as SendGrid takes it: text before HTML, our id where the events bring it back.</summary>
    public static SendGridMail Of(EmailMessage message, EmailOptions options)
    {
        var text = new SendGridContent("text/plain", message.Text);
        return new SendGridMail(
            [new([new(message.To)], new() { [SendGridCalls.MessageId] = message.Id.ToString() })],
            new(options.FromAddress, options.FromName),
            message.Subject,
            message.Html is null ? [text] : [text, new("text/html", message.Html)],
            [message.Category]);
    }
}

internal sealed record SendGridEnvelope(IReadOnlyList<SendGridAddress> To, Dictionary<string, string> CustomArgs);

internal sealed record SendGridAddress(string Email, string? Name = null);

internal sealed record SendGridContent(string Type, string Value);

internal sealed record SendGridErrorBody(IReadOnlyList<SendGridError>? Errors = null);

internal sealed record SendGridError(string? Message = null, string? Field = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SendGridMail))]
[JsonSerializable(typeof(SendGridErrorBody))]
internal sealed partial class SendGridJson : JsonSerializerContext;
