using System.Net.Mail;

namespace ReserveConnect.Notifications;

/// <summary>An e-mail to one person. Personal data: it does not print what is in it.</summary>
public sealed record EmailMessage
{
    /// <summary>Longest address, as stored with a booking.</summary>
    public const int MaxAddress = 255;

    /// <summary>Longest subject, as stored with a notification.</summary>
    public const int MaxSubject = 255;

    /// <summary>Longest category, SendGrid's bound.</summary>
    public const int MaxCategory = 255;

    /// <summary>Longest text and longest HTML, in characters.</summary>
    public const int MaxBody = 512 * 1024;

    /// <summary>A message that can be sent.</summary>
    /// <exception cref="ArgumentException">A part is missing, too long, or none of its kind.</exception>
    public EmailMessage(Guid id, string to, string subject, string text, string? html, string category)
    {
        Id = id != Guid.Empty ? id : throw new ArgumentException("a message needs an id", nameof(id));
        To = IsAddress(to) ? to : throw new ArgumentException("not an e-mail address", nameof(to));
        Subject = Line(subject, MaxSubject, nameof(subject));
        Text = Body(text, nameof(text));
        Html = html is null ? null : Body(html, nameof(html));
        Category = Line(category, MaxCategory, nameof(category));
    }

    /// <summary>Our message; the provider's events carry it as <c>reserve_message_id</c>.</summary>
    public Guid Id { get; }

    /// <summary>Who gets it.</summary>
    public string To { get; }

    /// <summary>One line.</summary>
    public string Subject { get; }

    /// <summary>For readers without HTML.</summary>
    public string Text { get; }

    /// <summary>The same as HTML; null: text only.</summary>
    public string? Html { get; }

    /// <summary>What kind of message it is, as <c>confirmation</c>; the provider counts by it.</summary>
    public string Category { get; }

    /// <summary>Whether mail can be sent there: a bare address of bounded length.</summary>
    public static bool IsAddress(string? address) =>
        !string.IsNullOrWhiteSpace(address) && address.Length <= MaxAddress && !address.Any(char.IsControl)
        && MailAddress.TryCreate(address, out var parsed) && parsed.Address == address;

    /// <inheritdoc/>
    public override string ToString() => $"e-mail {Id} ({Category})";

    private static string Line(string value, int longest, string name) =>
        !string.IsNullOrWhiteSpace(value) && value.Length <= longest && !value.Any(char.IsControl)
            ? value
            : throw new ArgumentException($"one line of 1 to {longest} characters is needed", name);

    private static string Body(string value, string name) =>
        !string.IsNullOrWhiteSpace(value) && value.Length <= MaxBody
            ? value
            : throw new ArgumentException($"1 to {MaxBody} characters are needed", name);
}
