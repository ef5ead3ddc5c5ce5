using Microsoft.Extensions.Logging;
using ReserveConnect.Providers;

namespace ReserveConnect.Notifications;

/// <summary>The mail of an event: one that was not sent, or of which that is unknown, is sent when the event comes again.</summary>
internal static class MailsOfEvents
{
    /// <summary>Hands it over, unless its address is refused.</summary>
    /// <param name="mail">With the event's id.</param>
    /// <exception cref="MailNotSentException">The event has to come again.</exception>
    public static async Task SendOfEventAsync(this IEmailSender sender, EmailMessage mail, ILogger log, CancellationToken cancellation) =>
        (await sender.Send(mail, cancellation)).Match(
            _ => true,
            refused => refused.Code == "unauthorized"
                ? throw new MailNotSentException("the provider of mail does not take our key")
                : Dropped(log, mail.Id, refused.Code),
            notSent => throw new MailNotSentException(notSent.Reason),
            unknown => throw new MailNotSentException(unknown.Reason));

    // The address is refused, and will be again.
    private static bool Dropped(ILogger log, Guid eventId, string code)
    {
        log.LogWarning("The mail of event {EventId} was refused: {Code}", eventId, code);
        return false;
    }
}

/// <summary>A mail did not go out; its event comes again.</summary>
public sealed class MailNotSentException(string message) : Exception(message);
