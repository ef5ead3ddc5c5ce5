using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReserveConnect.Sandbox.SendGrid;

/// <summary>Body of <c>POST /v3/mail/send</c>, the members that the stand-in acts on; any other is refused.</summary>
internal sealed record MailRequest(
    IReadOnlyList<MailEnvelope>? Personalizations = null,
    MailAddress? From = null,
    MailAddress? ReplyTo = null,
    string? Subject = null,
    IReadOnlyList<MailContent>? Content = null,
    IReadOnlyList<string>? Categories = null);

/// <summary>Who gets one copy, and what events about it carry.</summary>
internal sealed record MailEnvelope(
    IReadOnlyList<MailAddress>? To = null,
    IReadOnlyList<MailAddress>? Cc = null,
    IReadOnlyList<MailAddress>? Bcc = null,
    string? Subject = null,
    Dictionary<string, string>? CustomArgs = null);

/// <summary>An address with a name.</summary>
internal sealed record MailAddress(string? Email = null, string? Name = null);

/// <summary>A body and its MIME type.</summary>
internal sealed record MailContent(string? Type = null, string? Value = null);

/// <summary>A mail that was taken: one for each personalization.</summary>
/// <param name="Id">The answer's <c>X-Message-Id</c>.</param>
/// <param name="Number">Its place in the order of arrival.</param>
/// <param name="At">When it came.</param>
/// <param name="Envelope">Who gets it.</param>
/// <param name="From">Who sends it.</param>
/// <param name="ReplyTo">Where answers go.</param>
/// <param name="Subject">The envelope's own, else the message's.</param>
/// <param name="Content">Its bodies.</param>
/// <param name="Categories">What it is counted by.</param>
internal sealed record ReceivedMail(
    string Id,
    long Number,
    DateTimeOffset At,
    MailEnvelope Envelope,
    MailAddress From,
    MailAddress? ReplyTo,
    string Subject,
    IReadOnlyList<MailContent> Content,
    IReadOnlyList<string> Categories);

/// <summary>JSON of SendGrid's API and of the mails.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MailRequest))]
[JsonSerializable(typeof(ReceivedMail))]
[JsonSerializable(typeof(ReceivedMail[]))]
[JsonSerializable(typeof(MailErrors))]
internal sealed partial class MailJson : JsonSerializerContext;
