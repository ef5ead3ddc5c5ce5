namespace ReserveConnect.Sandbox.SendGrid;

/// <summary>A no of SendGrid.</summary>
internal sealed record MailErrors(IReadOnlyList<MailError> Errors);

/// <summary>One thing that is wrong.</summary>
/// <param name="Message">For people.</param>
/// <param name="Field">Path of the field, with points; null: none in particular.</param>
/// <param name="Help">A page about it; null: none.</param>
internal sealed record MailError(string Message, string? Field, string? Help)
{
    private const string Manual = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html";

    /// <summary>A field that is wrong.</summary>
    public static MailError At(string field, string message, string anchor) => new(message, field, $"{Manual}#message.{anchor}");
}
